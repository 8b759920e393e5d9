using System.Text.RegularExpressions;
using MLHub.Tests.Support;

namespace MLHub.Tests.Audit;

/// <summary>What pages change without the API is written down too: each file that changes rows writes the audit log, or is here with the reason why not.</summary>
public sealed partial class AuditConventionTests
{
    private const string Outcome = "Records what a job came to; starting the job was told of.";
    private const string OfOnePerson = "Nobody but its owner sees it.";
    private const string ByItsCaller = "A part of a change that its caller tells of.";

    private static readonly Dictionary<string, string> Silent = new(StringComparer.Ordinal)
    {
        ["Accounts/AccountCleansing.cs"] = ByItsCaller,
        ["Accounts/AccountLinks.cs"] = ByItsCaller,
        ["Accounts/UserStates.cs"] = "When a sign-in was last used.",
        ["Data/HubDbContext.cs"] = "Every save goes through it.",
        ["Datasets/DatasetLayoutService.cs"] = OfOnePerson,
        ["Datasets/VersionOwner.cs"] = Outcome,
        ["Experiments/RunFactWriter.cs"] = ByItsCaller,
        ["Experiments/RunMetricWriter.cs"] = "What a program reports while it runs.",
        ["Experiments/RunTableService.cs"] = OfOnePerson,
        ["Experiments/Trials/TrialOwner.cs"] = Outcome,
        ["Home/FirstStepsService.cs"] = OfOnePerson,
        ["Home/VisitService.cs"] = OfOnePerson,
        ["Idempotency/IdempotencyLedger.cs"] = "Answers that are kept for a day, so that a repeated call does nothing twice.",
        ["Jobs/JobDesk.cs"] = Outcome,
        ["Jobs/JobQueue.cs"] = Outcome,
        ["Mail/MailSender.cs"] = "What a mail is about was told of.",
        ["Models/ModelUsage.cs"] = "Counters.",
        ["Operations/DatabaseSnapshot.cs"] = "Copies the whole database, the audit log with it.",
        ["Recipes/RecipeDraftService.cs"] = OfOnePerson,
    };

    [Fact]
    public void Whoever_changes_rows_writes_the_audit_log_or_says_why_not()
    {
        var core = Path.Combine(Repository.Root, "MLHub.Core");
        var changing = Directory.EnumerateFiles(core, "*.cs", SearchOption.AllDirectories)
            .Select(f => (Path: Path.GetRelativePath(core, f).Replace('\\', '/'), Text: File.ReadAllText(f)))
            .Where(f => !f.Path.StartsWith("bin/", StringComparison.Ordinal) && !f.Path.StartsWith("obj/", StringComparison.Ordinal) && !f.Path.StartsWith("Data/Migrations/", StringComparison.Ordinal))
            .Where(f => Changes().IsMatch(f.Text)).ToList();
        var silent = changing.Where(f => !f.Text.Contains(".Audit(", StringComparison.Ordinal)).Select(f => f.Path).ToList();

        Assert.True(changing.Count > 40, "The files were not found.");
        Assert.Empty(silent.Except(Silent.Keys));
        Assert.Empty(Silent.Keys.Except(silent));
    }

    [GeneratedRegex("SaveChangesAsync|ExecuteUpdateAsync|ExecuteDeleteAsync")]
    private static partial Regex Changes();
}
