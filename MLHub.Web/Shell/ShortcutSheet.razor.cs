namespace MLHub.Web.Shell;

/// <summary>All keys that work right now.</summary>
public sealed partial class ShortcutSheet(Shortcuts shortcuts);
