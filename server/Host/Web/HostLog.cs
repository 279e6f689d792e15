using Microsoft.Extensions.Logging.Console;

namespace Holdfast.Host.Web;

/// <summary>How the product logs: to the terminal, in UTC, each line with the trace id of its request.</summary>
internal static class HostLog
{
    public static ILoggerFactory Create(Settings settings) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(settings.LogLevel);
        // A start that fails is told in one line (StartException), not in three stack traces before it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => level is LogLevel.Warning or LogLevel.Error && level >= settings.LogLevel);
        // The framework's own lines hold addresses that people asked for.
        logging.AddFilter("Microsoft", settings.LogLevel > LogLevel.Warning ? settings.LogLevel : LogLevel.Warning);
        logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId);
        if (settings.LogFormat == LogFormat.Json)
            logging.AddJsonConsole(Shape);
        else
            logging.AddSimpleConsole(options =>
            {
                Shape(options);
                options.SingleLine = true;
            });
    });

    private static void Shape(ConsoleFormatterOptions options)
    {
        options.UseUtcTimestamp = true;
        options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        options.IncludeScopes = true;
    }
}
