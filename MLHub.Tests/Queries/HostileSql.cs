namespace MLHub.Tests.Queries;

/// <summary>What somebody might write who wants out, more than a query may have, or the server's attention. <c>CANARY</c> stands for a file of the machine.</summary>
internal static class HostileSql
{
    /// <summary>None of these may pass the gate.</summary>
    public static readonly string[] Refused =
    [
        // Files, read by functions.
        "SELECT * FROM read_text('CANARY')", "SELECT * FROM read_blob('CANARY')", "SELECT * FROM read_csv('CANARY')", "SELECT * FROM read_csv_auto('CANARY')",
        "SELECT * FROM read_json('CANARY')", "SELECT * FROM read_json_auto('CANARY')", "SELECT * FROM read_json_objects('CANARY')", "SELECT * FROM read_ndjson('CANARY')",
        "SELECT * FROM read_ndjson_objects('CANARY')", "SELECT * FROM read_parquet('CANARY')", "SELECT * FROM parquet_scan('CANARY')", "SELECT * FROM parquet_metadata('CANARY')",
        "SELECT * FROM parquet_schema('CANARY')", "SELECT * FROM parquet_file_metadata('CANARY')", "SELECT * FROM parquet_kv_metadata('CANARY')",
        "SELECT * FROM parquet_bloom_probe('CANARY', 'a', 1)", "SELECT * FROM sniff_csv('CANARY')", "SELECT * FROM read_duckdb('CANARY', table_name := 'a')", "SELECT * FROM glob('/etc/*')", "SELECT * FROM glob('**')",
        "SELECT * FROM READ_TEXT('CANARY')", "SELECT * FROM \"read_text\"('CANARY')", "SELECT * FROM main.read_text('CANARY')", "SELECT * FROM system.main.read_text('CANARY')",
        "FROM read_text('CANARY')", "SELECT (SELECT content FROM read_text('CANARY'))", "SELECT * FROM dataset WHERE n IN (SELECT size FROM read_text('CANARY'))",
        "WITH t AS (SELECT * FROM read_text('CANARY')) SELECT * FROM t", "WITH t AS MATERIALIZED (FROM read_blob('CANARY')) FROM t",
        "SELECT * FROM dataset, LATERAL (SELECT * FROM read_text('CANARY'))", "SELECT * FROM dataset JOIN read_text('CANARY') ON true",
        "SELECT 1 UNION ALL SELECT size FROM read_text('CANARY')", "SELECT * FROM (VALUES (1)) t(a), read_text('CANARY')", "DESCRIBE SELECT * FROM read_text('CANARY')", "SUMMARIZE SELECT * FROM read_text('CANARY')",
        "SELECT * FROM dataset ORDER BY (SELECT size FROM read_text('CANARY'))", "SELECT count(*) FILTER (WHERE n > (SELECT size FROM read_text('CANARY'))) FROM dataset",
        "SELECT list_transform([1], x -> (SELECT size FROM read_text('CANARY')))", "SELECT * FROM dataset QUALIFY row_number() OVER () > (SELECT size FROM read_text('CANARY'))",
        // Files, by their name as a table.
        "SELECT * FROM 'CANARY'", "SELECT * FROM \"CANARY\"", "FROM 'CANARY'", "SELECT * FROM '/proc/self/environ'", "SELECT * FROM '/dev/stdin'", "SELECT * FROM 'x.csv'", "SELECT * FROM 'x.parquet'",
        "SELECT * FROM \"*.csv\"", "SELECT * FROM 'http://127.0.0.1:9/x.csv'", "SELECT * FROM 's3://bucket/x.parquet'", "SELECT * FROM 'hf://datasets/x/y.csv'",
        "WITH \"/etc/passwd\" AS (SELECT 1) SELECT * FROM \"/etc/passwd\"", "WITH \"x.csv\" AS (SELECT 1 a) SELECT * FROM (SELECT 1), \"x.csv\"",
        "SELECT * FROM read_csv('http://127.0.0.1:9/x')", "SELECT * FROM read_parquet('s3://a/b')", "SELECT * FROM read_text('file:///etc/passwd')", "SELECT * FROM read_text('../../etc/passwd')",
        "SELECT * FROM read_text('/in/dataset.parquet')", "SELECT * FROM read_text('/proc/self/maps')",
        // Writes.
        "COPY dataset TO 'CANARY'", "COPY (SELECT 'x') TO 'CANARY' (FORMAT csv)", "COPY dataset TO '/tmp/out.csv' (use_tmp_file false)", "COPY dataset FROM 'CANARY'", "EXPORT DATABASE '/tmp/x'",
        "IMPORT DATABASE '/tmp/x'", "COPY FROM DATABASE memory TO x", "SELECT * FROM dataset) TO 'CANARY' (FORMAT csv); --", "SELECT write_log('x')", "CHECKPOINT", "FORCE CHECKPOINT", "VACUUM",
        // Other databases, extensions, secrets.
        "ATTACH 'CANARY' AS x", "ATTACH ':memory:' AS x", "ATTACH '/tmp/x.duckdb'", "ATTACH 'host=127.0.0.1' AS x (TYPE postgres)", "DETACH memory", "USE memory", "INSTALL httpfs", "LOAD httpfs", "FORCE INSTALL json FROM 'http://127.0.0.1:9'",
        "LOAD '/tmp/evil.duckdb_extension'", "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')", "DROP SECRET s", "SELECT * FROM duckdb_secrets()", "SELECT * FROM which_secret('s3://a', 's3')", "UPDATE EXTENSIONS",
        // Settings.
        "SET enable_external_access=true", "SET lock_configuration=false", "SET memory_limit='100GB'", "SET threads=64", "SET temp_directory='/tmp'", "SET allowed_directories=['/']", "RESET memory_limit", "RESET lock_configuration",
        "SET SESSION schema='main'", "SET search_path='main'", "SET VARIABLE a = 1", "SELECT getvariable('a')", "SELECT current_setting('secret_directory')", "SELECT * FROM duckdb_settings()", "PRAGMA database_list", "PRAGMA enable_profiling",
        "PRAGMA enable_verification", "PRAGMA disable_optimizer", "PRAGMA version", "CALL enable_logging()", "CALL enable_profiling()", "CALL disable_peg_parser()", "CALL pragma_version()", "SELECT * FROM pragma_version()", "SELECT * FROM pragma_database_size()",
        // What the engine knows of itself.
        "SELECT * FROM duckdb_databases()", "SELECT * FROM duckdb_extensions()", "SELECT * FROM duckdb_external_file_cache()", "SELECT * FROM duckdb_temporary_files()", "SELECT * FROM duckdb_logs", "SELECT * FROM duckdb_logs()", "SELECT * FROM duckdb_memory()",
        "SELECT * FROM information_schema.tables", "SELECT * FROM sqlite_master", "SELECT * FROM pg_catalog.pg_tables", "SELECT * FROM duckdb_tables()", "SELECT * FROM duckdb_views()", "SHOW TABLES", "SHOW ALL TABLES", "SHOW DATABASES", "SELECT current_database()", "SELECT current_query()",
        "SELECT version()", "SELECT current_schemas(true)", "SELECT txid_current()", "SELECT * FROM test_all_types()", "SELECT * FROM sql_auto_complete('SEL')", "SELECT * FROM seq_scan('dataset')", "SELECT * FROM arrow_scan(1, 2, 3)", "SELECT nextval('s')",
        // SQL as text.
        "SELECT * FROM query('SELECT * FROM read_text(''CANARY'')')", "SELECT * FROM query_table('dataset')", "SELECT * FROM query_table(['CANARY'])", "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
        "SELECT json_serialize_sql('SELECT 1')", "SELECT json_serialize_plan('SELECT 1')", "PREPARE p AS SELECT 1", "EXECUTE p", "DEALLOCATE p", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1",
        // Changes.
        "CREATE TABLE t AS SELECT 1", "CREATE VIEW w AS SELECT * FROM read_text('CANARY')", "CREATE MACRO m() AS TABLE SELECT * FROM read_text('CANARY')", "CREATE FUNCTION f(a) AS a", "CREATE TYPE y AS INTEGER", "CREATE SEQUENCE s", "CREATE SCHEMA s", "CREATE INDEX i ON dataset(n)",
        "INSERT INTO dataset VALUES (1)", "INSERT INTO dataset SELECT * FROM read_csv('CANARY')", "UPDATE dataset SET n = 1", "DELETE FROM dataset", "TRUNCATE dataset", "DROP TABLE dataset", "DROP VIEW dataset", "ALTER TABLE dataset ADD COLUMN x INT", "MERGE INTO dataset USING dataset d ON true WHEN MATCHED THEN DELETE",
        "BEGIN", "COMMIT", "ROLLBACK", "COMMENT ON TABLE dataset IS 'x'", "WITH t AS (DELETE FROM dataset RETURNING *) SELECT * FROM t",
        // Several statements, comments.
        "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE dataset", "SELECT 1;; SELECT * FROM read_text('CANARY')", "/* SELECT */ COPY dataset TO 'CANARY'", "-- SELECT 1\nCOPY dataset TO 'CANARY'", "SELECT 1 /* ; */; COPY dataset TO 'CANARY'",
        "SELECT ';' ; COPY dataset TO 'CANARY'", "SELECT $$;$$ ; COPY dataset TO 'CANARY'", "SELECT 1 --\n; ATTACH 'CANARY'", "/*/* */ SELECT 1", "SELECT 1 /*", "SELECT '", "", ";", "   ", "-- nothing", "garbage", "\0", "SELECT \0 1",
        // Waiting, parameters, other tables.
        "SELECT pg_sleep(100)", "SELECT sleep_ms(100000)", "SELECT ?", "SELECT $1", "SELECT * FROM other", "SELECT * FROM v99", "SELECT * FROM main.dataset", "SELECT * FROM memory.main.dataset", "SELECT * FROM dataset AT (VERSION => 1)",
    ];

    /// <summary>These are queries, but would eat all there is; each must end soon, with an answer or a refusal.</summary>
    public static readonly string[] Hungry =
    [
        "SELECT count(*) FROM range(10000000) a, range(10000000) b, range(100) c WHERE a.range + b.range + c.range = 3",
        "SELECT list(range) FROM range(1000000000)",
        "SELECT length(repeat('x', 2000000000) || repeat('y', 2000000000))",
        "SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
        "SELECT a.range FROM range(50000000) a ORDER BY hash(a.range) DESC",
        "SELECT list_sort(range(300000000))",
        "SELECT regexp_matches(repeat('a', 10000000), '(a+)+$') FROM range(100000)",
        "SELECT " + new string('[', 900) + "1" + new string(']', 900),
        "SELECT " + new string('(', 30_000) + "1" + new string(')', 30_000),
        "SELECT 1" + string.Concat(Enumerable.Repeat("+1", 30_000)),
        "SELECT * FROM " + string.Join(", ", Enumerable.Range(0, 200).Select(i => $"dataset d{i}")),
    ];

    /// <summary>What people write; all of it must be answered.</summary>
    public static readonly string[] Ordinary =
    [
        "SELECT * FROM dataset", "from dataset", "SELECT 1;", "SELECT 1 ; -- done", "SELECT count(*) FROM dataset;;", "select Name, N from DATASET where n > 3 order by n desc limit 5 offset 1",
        "SELECT name, count(*) AS c, sum(n), avg(n), min(day), max(day), median(n), stddev(n), quantile_cont(n, 0.9) FROM dataset GROUP BY ALL HAVING count(*) > 1 ORDER BY c",
        "SELECT d.*, o.day AS before FROM dataset d LEFT JOIN v1 o USING (n) ORDER BY d.n", "SELECT * FROM dataset ANTI JOIN v1 USING (n)", "SELECT * EXCLUDE (day) REPLACE (n * 2 AS n) FROM dataset",
        "SELECT n, lag(n) OVER (PARTITION BY name ORDER BY n), rank() OVER w, sum(n) OVER (ORDER BY n ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM dataset WINDOW w AS (ORDER BY n)",
        "WITH a AS (SELECT name, sum(n) s FROM dataset GROUP BY name), b AS (SELECT max(s) m FROM a) SELECT * FROM a, b WHERE s = m",
        "WITH RECURSIVE f(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM f WHERE b < 100) SELECT a FROM f", "SELECT n FROM dataset WHERE name IN (SELECT name FROM v1 WHERE n = 2)", "SELECT EXISTS (SELECT 1 FROM dataset WHERE n = 3)",
        "SELECT upper(name) || '-' || lpad(n::VARCHAR, 3, '0'), substring(name FROM 1 FOR 2), trim(both 'e' FROM name), replace(name, 'o', '0'), regexp_replace(name, '[aeiou]', '*', 'g'), name LIKE 'e%', name ILIKE 'E%', split_part('a,b', ',', 2) FROM dataset",
        "SELECT date_trunc('month', day), extract(year FROM day), day + INTERVAL 3 DAY, date_diff('day', day, DATE '2024-02-01'), strftime(day, '%Y-%m'), dayname(day), make_date(2024, 1, n + 1), strptime('2024-01-02', '%Y-%m-%d') FROM dataset",
        "SELECT CASE WHEN n > 5 THEN 'big' WHEN n IS NULL THEN 'none' ELSE 'small' END, coalesce(NULL, n), nullif(n, 3), try_cast('x' AS INTEGER), n BETWEEN 2 AND 4, n NOT IN (1, 2), n IS DISTINCT FROM 2, greatest(n, 3), round(n / 3.0, 2), n % 3, n // 2 FROM dataset",
        "SELECT DISTINCT ON (name) name, n FROM dataset ORDER BY name, n DESC", "SELECT name, n FROM dataset UNION SELECT name, n FROM v1 EXCEPT SELECT 'even', 2 INTERSECT SELECT 'even', 2", "SELECT * FROM dataset USING SAMPLE 5 ROWS",
        "SELECT unnest([1, 2, 3]) AS x, [n, n + 1], {'a': n, 'b': name}, map {'k': n}, list_transform([1, 2], x -> x + 1), [x * 2 FOR x IN [1, 2, 3] IF x > 1] FROM dataset LIMIT 1", "SELECT * FROM generate_series(1, 5) t(i)", "SELECT * FROM range(3)",
        "SELECT * FROM dataset PIVOT (sum(n) FOR name IN ('even', 'odd'))", "PIVOT dataset ON name IN ('even', 'odd') USING sum(n)", "SELECT * FROM (SELECT 1 a, 2 b) UNPIVOT (v FOR k IN (a, b))", "DESCRIBE dataset", "SUMMARIZE dataset", "VALUES (1, 'a'), (2, 'b')",
        "SELECT name, n, sum(n) FROM dataset GROUP BY GROUPING SETS ((name), (n), ())", "SELECT name, sum(n) FROM dataset GROUP BY ROLLUP (name)", "SELECT COLUMNS('n.*') FROM dataset", "SELECT name, arg_max(n, day), string_agg(n::VARCHAR, ',' ORDER BY n), count(DISTINCT n), mode(name) FROM dataset GROUP BY name",
        "SELECT '{\"a\": 1}'::JSON ->> 'a', json_extract('{\"a\": [1]}', '$.a[0]'), md5('x'), sha256('x'), uuid(), random() < 2, now() > TIMESTAMP '2000-01-01', current_date", "SELECT n FROM dataset QUALIFY row_number() OVER (PARTITION BY name ORDER BY n) = 1", "SELECT corr(n, n * 2), regr_slope(n, n), covar_pop(n, n), entropy(n), kurtosis(n), skewness(n) FROM dataset",
        "/* what */ SELECT 1 -- why", "SELECT 'a;b', \"n\" FROM dataset", "SELECT $$it's$$", "SELECT NULL, 'infinity'::DATE, '24:00:00'::TIME, 170141183460469231731687303715884105727::HUGEINT, 'NaN'::DOUBLE, '\\x41'::BLOB, INTERVAL 1 DAY, TIMETZ '10:00:00+02', 1.5::DECIMAL(9, 2)",
    ];
}
