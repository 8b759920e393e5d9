using MLHub.Training.Sandbox;
using MLHub.Training.Workers;
using MLHub.Web;
using MLHub.Web.Operations;

// One program, several verbs. Without one it serves; the first four are internal: MLHub starts itself with them as a child.
return args.FirstOrDefault() switch
{
    "job" => await JobChild.RunAsync(args[1], ChildVerbs.Handlers()),
    "sandbox" => SandboxChild.Run(args[1], args[2]),
    "score" => await ChildVerbs.ScoreAsync(args[1]),
    "self-test" => await ChildVerbs.SelfTestAsync(),
    "migrate" => await ServerVerbs.MigrateAsync(args[1..]),
    "worker" => await ServerVerbs.WorkAsync(args[1..]),
    "backup" => await OperationVerbs.BackupAsync(args[1..]),
    "restore" => await OperationVerbs.RestoreAsync(args[1..]),
    "fsck" => await OperationVerbs.CheckAsync(args[1..]),
    "gc" => await OperationVerbs.CollectAsync(args[1..]),
    "health" => await ServerVerbs.HealthAsync(args[1..]),
    "help" or "--help" or "-h" => ServerVerbs.Help(),
    _ => await ServerVerbs.ServeAsync(args),
};
