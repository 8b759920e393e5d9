using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MLHub.Core.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ExternalRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Written by hand: what is there already moves into the new tables before the old columns go.
            migrationBuilder.Sql(
                """
                ALTER TABLE "RunMetrics" RENAME TO "OldRunMetrics";
                ALTER TABLE "RunMetricPoints" RENAME TO "OldRunMetricPoints";
                """);

            migrationBuilder.CreateTable(
                name: "RunMetrics",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RunId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    Last = table.Column<double>(type: "REAL", nullable: true),
                    Min = table.Column<double>(type: "REAL", nullable: true),
                    Max = table.Column<double>(type: "REAL", nullable: true),
                    Step = table.Column<long>(type: "INTEGER", nullable: false),
                    LastAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunMetrics", x => x.Id);
                    table.ForeignKey(
                        name: "FK_RunMetrics_Runs_RunId",
                        column: x => x.RunId,
                        principalTable: "Runs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_RunMetrics_RunId_Key",
                table: "RunMetrics",
                columns: new[] { "RunId", "Key" },
                unique: true);

            migrationBuilder.CreateTable(
                name: "RunMetricPoints",
                columns: table => new
                {
                    MetricId = table.Column<long>(type: "INTEGER", nullable: false),
                    Step = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Bits = table.Column<long>(type: "INTEGER", nullable: false),
                    Value = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunMetricPoints", x => new { x.MetricId, x.Step, x.At, x.Bits });
                    table.ForeignKey(
                        name: "FK_RunMetricPoints_RunMetrics_MetricId",
                        column: x => x.MetricId,
                        principalTable: "RunMetrics",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.Sql(
                """
                INSERT INTO "RunMetrics" ("RunId", "Key", "Last", "Min", "Max", "Step", "LastAt", "Count")
                SELECT m."RunId", m."Key", m."Last", m."Min", m."Max", m."Step",
                    COALESCE((SELECT CAST((julianday(p."At") - 2440587.5) * 86400000 AS INTEGER) FROM "OldRunMetricPoints" p WHERE p."RunId" = m."RunId" AND p."Key" = m."Key" AND p."Step" = m."Step"), 0), m."Count"
                FROM "OldRunMetrics" m;
                INSERT INTO "RunMetricPoints" ("MetricId", "Step", "At", "Bits", "Value")
                SELECT m."Id", p."Step", CAST((julianday(p."At") - 2440587.5) * 86400000 AS INTEGER), 0, p."Value" FROM "OldRunMetricPoints" p JOIN "RunMetrics" m ON m."RunId" = p."RunId" AND m."Key" = p."Key";
                DROP TABLE "OldRunMetricPoints";
                DROP TABLE "OldRunMetrics";
                """);

            migrationBuilder.CreateTable(
                name: "RunArtifacts",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Path = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Length = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunArtifacts", x => new { x.RunId, x.Path });
                    table.ForeignKey(
                        name: "FK_RunArtifacts_Runs_RunId",
                        column: x => x.RunId,
                        principalTable: "Runs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "RunParameters",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    Value = table.Column<string>(type: "TEXT", nullable: false),
                    Text = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Number = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunParameters", x => new { x.RunId, x.Key });
                    table.ForeignKey(
                        name: "FK_RunParameters_Runs_RunId",
                        column: x => x.RunId,
                        principalTable: "Runs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "RunTableLayouts",
                columns: table => new
                {
                    UserId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ExperimentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Layout = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunTableLayouts", x => new { x.UserId, x.ExperimentId });
                    table.ForeignKey(
                        name: "FK_RunTableLayouts_Experiments_ExperimentId",
                        column: x => x.ExperimentId,
                        principalTable: "Experiments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_RunTableLayouts_Users_UserId",
                        column: x => x.UserId,
                        principalTable: "Users",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "RunTags",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    Value = table.Column<string>(type: "TEXT", maxLength: 8000, nullable: false),
                    Text = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Number = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunTags", x => new { x.RunId, x.Key });
                    table.ForeignKey(
                        name: "FK_RunTags_Runs_RunId",
                        column: x => x.RunId,
                        principalTable: "Runs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.AddColumn<string>(
                name: "Algorithm",
                table: "Runs",
                type: "TEXT",
                maxLength: 120,
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "ArchivedAt",
                table: "Runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "DurationSeconds",
                table: "Runs",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "NameKey",
                table: "Runs",
                type: "TEXT",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTime>(
                name: "SeenAt",
                table: "Runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Source",
                table: "Runs",
                type: "TEXT",
                maxLength: 16,
                nullable: false,
                defaultValue: "Mlhub");

            migrationBuilder.AddColumn<string>(
                name: "Task",
                table: "Runs",
                type: "TEXT",
                maxLength: 16,
                nullable: true);

            migrationBuilder.Sql(
                """
                INSERT INTO "RunTags" ("RunId", "Key", "Value", "Text")
                SELECT r."Id", j.key, j.value, substr(lower(j.value), 1, 500) FROM "Runs" r, json_each(r."Tags") j;
                """);

            migrationBuilder.Sql(
                """
                INSERT INTO "RunParameters" ("RunId", "Key", "Value", "Text", "Number")
                SELECT r."Id", j.key, CASE j.type WHEN 'text' THEN json_quote(j.value) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null' ELSE CAST(j.value AS TEXT) END,
                    substr(lower(CASE j.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null' ELSE CAST(j.value AS TEXT) END), 1, 500),
                    CASE WHEN j.type IN ('integer', 'real') THEN j.value END
                FROM "Runs" r, json_each(COALESCE(json_extract(r."Result", '$.parameters'), json_extract(r."Configuration", '$.parameters'), '{}')) j;
                """);

            migrationBuilder.Sql(
                """
                UPDATE "Runs" SET "NameKey" = lower("Name"), "Algorithm" = json_extract("Configuration", '$.algorithm'),
                    "Task" = upper(substr(json_extract("Configuration", '$.task'), 1, 1)) || substr(json_extract("Configuration", '$.task'), 2),
                    "DurationSeconds" = (julianday("EndedAt") - julianday("StartedAt")) * 86400;
                """);

            migrationBuilder.DropColumn(
                name: "Tags",
                table: "Runs");

            migrationBuilder.AlterColumn<Guid>(
                name: "JobId",
                table: "Runs",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "TEXT");

            migrationBuilder.AlterColumn<Guid>(
                name: "DatasetVersionId",
                table: "Runs",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "TEXT");

            migrationBuilder.AlterColumn<int>(
                name: "DatasetVersion",
                table: "Runs",
                type: "INTEGER",
                nullable: true,
                oldClrType: typeof(int),
                oldType: "INTEGER");

            migrationBuilder.AlterColumn<Guid>(
                name: "DatasetId",
                table: "Runs",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "TEXT");

            migrationBuilder.AlterColumn<string>(
                name: "ContentHash",
                table: "Runs",
                type: "TEXT",
                maxLength: 64,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "TEXT",
                oldMaxLength: 64);

            migrationBuilder.AlterColumn<string>(
                name: "Configuration",
                table: "Runs",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(string),
                oldType: "TEXT");

            migrationBuilder.CreateIndex(
                name: "IX_Runs_State_SeenAt",
                table: "Runs",
                columns: new[] { "State", "SeenAt" });

            migrationBuilder.CreateIndex(
                name: "IX_RunArtifacts_Hash",
                table: "RunArtifacts",
                column: "Hash");

            migrationBuilder.CreateIndex(
                name: "IX_RunTableLayouts_ExperimentId",
                table: "RunTableLayouts",
                column: "ExperimentId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The old tables cannot hold runs from outside. Restore a backup instead.");
    }
}
