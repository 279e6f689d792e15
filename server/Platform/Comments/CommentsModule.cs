using Holdfast.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.Comments;

/// <summary>What people say about records.</summary>
public static class CommentsModule
{
    public static void Add(IServiceCollection services) => services.AddRecord(new CommentRules());
}
