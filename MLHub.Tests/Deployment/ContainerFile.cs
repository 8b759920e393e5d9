namespace MLHub.Tests.Deployment;

/// <summary>A Dockerfile read as far as these tests need it: instructions in order, grouped into stages.</summary>
internal sealed class ContainerFile
{
    private ContainerFile(IReadOnlyList<Stage> stages) => Stages = stages;

    public IReadOnlyList<Stage> Stages { get; }

    public static ContainerFile Read(string path)
    {
        var stages = new List<Stage>();
        var line = "";
        foreach (var raw in File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            line += raw.TrimEnd('\\');
            if (raw.EndsWith('\\'))
            {
                continue;
            }

            var (word, rest) = Split(line);
            line = "";
            if (word == "FROM")
            {
                var parts = rest.Split(' ');
                stages.Add(new(parts[0], parts is [_, "AS", var name] ? name : null, []));
            }
            else
            {
                stages[^1].Instructions.Add(new(word, rest));
            }
        }

        return new(stages);
    }

    private static (string Word, string Arguments) Split(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return (line[..space], line[(space + 1)..].Trim());
    }

    internal sealed record Stage(string Image, string? Name, List<Instruction> Instructions)
    {
        public IEnumerable<string> Of(string word) => Instructions.Where(i => i.Word == word).Select(i => i.Arguments);
    }

    internal sealed record Instruction(string Word, string Arguments);
}
