using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Queries;

/// <summary>
/// Says whether a text is one SELECT that names only known functions and the given tables. The engine's own parser reads it, in an
/// idle instance without tables; nothing is run. It gives good messages and is not the wall: behind it stand the locked engine
/// and the walled process.
/// </summary>
public sealed partial class SqlGate(DuckDBConnection idle)
{
    public const int MaxBytes = 64 * 1024;

    private static readonly string[] QueryNodes = ["SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"];
    private static readonly string[] TableNodes = ["BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EMPTY", "EXPRESSION_LIST", "SHOW_REF", "PIVOT"];

    /// <returns>The statement without what follows its end.</returns>
    /// <exception cref="HubException"><c>SQL_REFUSED</c> or <c>SQL_ERROR</c>.</exception>
    public string Check(string sql, IReadOnlyCollection<string> tables)
    {
        if (Encoding.UTF8.GetByteCount(sql) > MaxBytes)
        {
            throw Refused("The SQL is longer than 64 KB. Make it shorter, or split it into steps.");
        }

        if (sql.Contains('\0', StringComparison.Ordinal))
        {
            throw Refused("The SQL holds an invisible zero character. Remove it.");
        }

        var statement = SqlText.First(sql);
        if (string.IsNullOrWhiteSpace(statement))
        {
            throw Refused($"There is no SQL. Write a SELECT, for instance: SELECT * FROM {SandboxQuery.MainTable}");
        }

        using var tree = Parse(statement);
        var statements = tree.RootElement.GetProperty("statements");
        if (statements.GetArrayLength() != 1)
        {
            throw Refused("Only one statement can be run at a time. Remove the others.");
        }

        new Walk(statement, tables).Begin(statements[0]);
        return statement;
    }

    private JsonDocument Parse(string statement)
    {
        using var command = idle.CreateCommand();
        command.CommandText = "SELECT json_serialize_sql($1::VARCHAR)";
        command.Parameters.Add(new DuckDBParameter(statement));
        string text;
        try
        {
            text = (string)command.ExecuteScalar()!;
        }
        catch (DuckDBException deep)
        {
            throw new HubException(Refusal.Impossible, SqlText.Explain(deep.Message), "SQL_ERROR");
        }

        JsonDocument tree;
        try
        {
            tree = JsonDocument.Parse(text, new() { MaxDepth = 4000 });
        }
        catch (JsonException)
        {
            throw Refused("The SQL is nested too deeply. Split it with WITH.");
        }

        if (!tree.RootElement.GetProperty("error").GetBoolean())
        {
            return tree;
        }

        using (tree)
        {
            var message = tree.RootElement.GetProperty("error_message").GetString() ?? "";
            if (message.StartsWith("Only SELECT", StringComparison.Ordinal))
            {
                throw Refused(
                    Pivot().IsMatch(statement)
                        ? "PIVOT must say which values become columns: PIVOT … ON column IN (…) USING …"
                        : "Only SELECT can be run here (also WITH, FROM, VALUES, DESCRIBE and SUMMARIZE). The SQL cannot change, attach or export anything.");
            }

            var place = tree.RootElement.TryGetProperty("position", out var position) && int.TryParse(position.GetString(), out var at) ? SqlText.Place(statement, at) : "";
            throw new HubException(Refusal.Impossible, $"SQL {message}{place}.", "SQL_ERROR");
        }
    }

    private static HubException Refused(string message) => new(Refusal.Impossible, message, "SQL_REFUSED");

    [GeneratedRegex(@"\bpivot\b", RegexOptions.IgnoreCase)]
    private static partial Regex Pivot();

    [GeneratedRegex(@"^[\p{L}_][\p{L}\p{N}_ \-]*$")]
    private static partial Regex PlainName();

    /// <summary>One pass over the tree: what is not known is refused.</summary>
    private sealed class Walk(string statement, IReadOnlyCollection<string> given)
    {
        private const int MaxDepth = 1500;

        private readonly HashSet<string> _tables = new(given, StringComparer.OrdinalIgnoreCase);

        public void Begin(JsonElement root)
        {
            // Names from WITH first: they may be used before they are met. Only plain ones, so that none of them is a file.
            Collect(root, 0);
            Visit(root, 0);
        }

        private void Collect(JsonElement element, int depth)
        {
            Descend(depth);
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item, depth + 1);
                }
            }

            if (element.ValueKind != JsonValueKind.Object)
            {
                return;
            }

            foreach (var member in element.EnumerateObject())
            {
                if (member.Name == "cte_map")
                {
                    foreach (var entry in member.Value.GetProperty("map").EnumerateArray())
                    {
                        Add(entry.GetProperty("key").GetString()!);
                    }
                }
                else if (member.Name == "ctename" && member.Value.ValueKind == JsonValueKind.String)
                {
                    Add(member.Value.GetString()!);
                }

                Collect(member.Value, depth + 1);
            }
        }

        private void Add(string name)
        {
            if (!PlainName().IsMatch(name))
            {
                throw Refused($"The name \"{Shown(name)}\" in WITH has characters that are not allowed. Use letters, digits and underscores.");
            }

            _tables.Add(name);
        }

        private void Visit(JsonElement element, int depth)
        {
            Descend(depth);
            switch (element.ValueKind)
            {
                case JsonValueKind.Array:
                    foreach (var item in element.EnumerateArray())
                    {
                        Visit(item, depth + 1);
                    }

                    break;
                case JsonValueKind.Object:
                    Inspect(element);
                    foreach (var member in element.EnumerateObject())
                    {
                        Visit(member.Value, depth + 1);
                    }

                    break;
            }
        }

        private void Inspect(JsonElement node)
        {
            var type = Text(node, "type");
            if (node.TryGetProperty("function_name", out var function))
            {
                CheckFunction(node, function.GetString() ?? "");
            }

            if (node.TryGetProperty("table_name", out var table) && type is not "SHOW_REF" && node.TryGetProperty("schema_name", out _))
            {
                CheckTable(node, type, table.GetString() ?? "");
            }
            else if (type == "SHOW_REF")
            {
                CheckShow(node);
            }
            else if (type == "TABLE_FUNCTION")
            {
                var name = Text(node.GetProperty("function"), "function_name") ?? "";
                if (!SqlFunctions.Tables.Contains(name))
                {
                    throw Refused(
                        $"The table function {Shown(name)} is not allowed{At(node)}: a query reads the tables of this dataset and nothing else. {TableHint()}");
                }
            }
            else if (type == "VALUE_PARAMETER")
            {
                throw Refused("The query has a parameter ($1 or ?). Write the value itself.");
            }
            else if (node.TryGetProperty("sample", out _) && node.TryGetProperty("alias", out _) && type is not null && !TableNodes.Contains(type))
            {
                throw Refused($"{type} is not allowed{At(node)}.");
            }
            else if (node.TryGetProperty("modifiers", out _) && node.TryGetProperty("cte_map", out _) && !QueryNodes.Contains(type))
            {
                throw Refused($"{type} is not allowed{At(node)}.");
            }
        }

        private void CheckFunction(JsonElement node, string name)
        {
            // The parser itself writes substring(… FROM …) and its like as functions of main.
            if (Text(node, "schema") is not (null or "" or "main") || !string.IsNullOrEmpty(Text(node, "catalog")))
            {
                throw Refused($"Write the function {Shown(name)} without a schema{At(node)}.");
            }

            if (!SqlFunctions.Scalars.Contains(name) && !SqlFunctions.Tables.Contains(name))
            {
                throw Refused($"The function {Shown(name)} is not allowed{At(node)}. {(name.Contains("read", StringComparison.OrdinalIgnoreCase) || name.Contains("scan", StringComparison.OrdinalIgnoreCase) ? "A query reads the tables of this dataset and nothing else." : "Check its spelling, or write it with other functions.")}");
            }
        }

        private void CheckTable(JsonElement node, string? type, string name)
        {
            if (type != "BASE_TABLE" || !string.IsNullOrEmpty(Text(node, "schema_name")) || !string.IsNullOrEmpty(Text(node, "catalog_name")))
            {
                throw Refused($"The table {Shown(name)} must be named without a schema{At(node)}. {TableHint()}");
            }

            if (!_tables.Contains(name))
            {
                throw Refused($"There is no table {Shown(name)} here{At(node)}. {TableHint()}");
            }

            if (node.TryGetProperty("at_clause", out var at) && at.ValueKind != JsonValueKind.Null)
            {
                throw Refused($"AT is not allowed{At(node)}. Older versions of the dataset are tables of their own. {TableHint()}");
            }
        }

        private void CheckShow(JsonElement node)
        {
            if (node.GetProperty("query").ValueKind == JsonValueKind.Null || Text(node, "show_type") is not ("DESCRIBE" or "SUMMARY"))
            {
                throw Refused($"SHOW is not allowed; DESCRIBE {SandboxQuery.MainTable} lists the columns. {TableHint()}");
            }
        }

        private string TableHint() => given.Count == 1 ? $"The table is called {given.First()}." : $"Tables: {string.Join(", ", given.Take(12))}{(given.Count > 12 ? " …" : "")}.";

        private string At(JsonElement node) =>
            node.TryGetProperty("query_location", out var location) && location.TryGetInt32(out var at) ? SqlText.Place(statement, at) : "";

        private static void Descend(int depth)
        {
            if (depth > MaxDepth)
            {
                throw Refused("The SQL is nested too deeply. Split it with WITH.");
            }
        }

        private static string? Text(JsonElement node, string member) =>
            node.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        private static string Shown(string name) => name.Length <= 80 ? name : name[..80] + "…";
    }
}
