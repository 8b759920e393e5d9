namespace MLHub.Training.Sandbox;

/// <summary>A wall could not be put up; a weaker one may be tried, or the query is refused.</summary>
internal sealed class SandboxException(string message) : Exception(message);
