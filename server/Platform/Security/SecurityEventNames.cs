namespace Holdfast.Platform.Security;

/// <summary>What is called what, after OWASP's logging vocabulary, so that other programs understand it. The pages have words for each.</summary>
public static class SecurityEventNames
{
    public const string SignedIn = "authn_login_success";
    public const string SignInFailed = "authn_login_fail";
    public const string SignInLocked = "authn_login_lock";

    /// <summary>The right password of an account that is going to be deleted: it opens nothing.</summary>
    public const string SignInWhileLeaving = "authn_login_leaving";

    /// <summary>Whoever runs the instance lets a person try his password again.</summary>
    public const string SignInUnlocked = "authn_login_unlock";

    public const string PasswordChanged = "authn_password_change";
    public const string PasswordChangeFailed = "authn_password_change_fail";
    public const string TokenCreated = "authn_token_created";

    /// <summary>Somebody came with an access or a refresh token that does not count.</summary>
    public const string TokenRefused = "authn_token_fail";

    /// <summary>A program exchanged its refresh token for the next one.</summary>
    public const string TokenRefreshed = "authn_token_refreshed";

    public const string TokenReused = "authn_token_reuse";
    public const string TokenRevoked = "authn_token_revoked";

    /// <summary>What somebody may not do was refused to him.</summary>
    public const string Refused = "authz_fail";

    /// <summary>What a person may do became something else: he joined a workspace, left it, or has another role.</summary>
    public const string RightsChanged = "authz_change";

    /// <summary>Whoever runs the instance did something there.</summary>
    public const string OperatorActed = "authz_admin";

    /// <summary>A role of a workspace's own permits something else than before.</summary>
    public const string RoleChanged = "privilege_permissions_changed";

    public const string SessionCreated = "session_created";

    /// <summary>It goes on under a new cookie: the password was proven again.</summary>
    public const string SessionRenewed = "session_renewed";

    /// <summary>Another program or another network uses it than before; <c>details</c> has the ones before.</summary>
    public const string SessionMoved = "session_use_from_elsewhere";

    /// <summary>Somebody came with the cookie of a session that had ended, or with one that had been replaced.</summary>
    public const string SessionUsedAfterEnd = "session_use_after_expire";

    /// <summary>A person has begun one more than he may have.</summary>
    public const string TooManySessions = "excess_sessions_exceeded";

    /// <summary>A session ended, by its person, by time, or by whoever may end it; <c>details.reason</c> says which.</summary>
    public const string SessionEnded = "session_expired";

    /// <summary>A request was one too many.</summary>
    public const string TooMany = "excess_rate_limit_exceeded";

    /// <summary>The page of another site sent a request.</summary>
    public const string CrossSite = "malicious_cors";

    /// <summary>A browser kept a page of ours from doing what its policy forbids: something was slipped into it, or an extension meddles.</summary>
    public const string PolicyBroken = "malicious_content";

    /// <summary>A program filled in a form: faster than a person can, or a field that no person sees.</summary>
    public const string ProgramCaught = "malicious_attack_tool";

    /// <summary>Somebody had a file made with all of his data, or fetched it.</summary>
    public const string Exported = "sensitive_read";

    public const string UserCreated = "user_created";
    public const string UserUpdated = "user_updated";

    /// <summary>A person asked to be deleted, and is shut out from then on.</summary>
    public const string DeletionAsked = "user_deletion_requested";

    /// <summary>He thought better of it.</summary>
    public const string DeletionTakenBack = "user_deletion_cancelled";

    public const string UserDeleted = "user_deleted";

    /// <summary>All of them, for the contract and for filters.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. typeof(SecurityEventNames).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal)];
}
