using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace MLHub.Core.Data.Migrations.Postgres
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
                ALTER TABLE "OldRunMetrics" RENAME CONSTRAINT "PK_RunMetrics" TO "PK_OldRunMetrics";
                ALTER TABLE "OldRunMetrics" RENAME CONSTRAINT "FK_RunMetrics_Runs_RunId" TO "FK_OldRunMetrics_Runs_RunId";
                ALTER TABLE "OldRunMetricPoints" RENAME CONSTRAINT "PK_RunMetricPoints" TO "PK_OldRunMetricPoints";
                """);

            migrationBuilder.CreateTable(
                name: "RunMetrics",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    Last = table.Column<double>(type: "double precision", nullable: true),
                    Min = table.Column<double>(type: "double precision", nullable: true),
                    Max = table.Column<double>(type: "double precision", nullable: true),
                    Step = table.Column<long>(type: "bigint", nullable: false),
                    LastAt = table.Column<long>(type: "bigint", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
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
                    MetricId = table.Column<long>(type: "bigint", nullable: false),
                    Step = table.Column<long>(type: "bigint", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Bits = table.Column<long>(type: "bigint", nullable: false),
                    Value = table.Column<double>(type: "double precision", nullable: true)
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
                    COALESCE((SELECT (extract(epoch from p."At") * 1000)::bigint FROM "OldRunMetricPoints" p WHERE p."RunId" = m."RunId" AND p."Key" = m."Key" AND p."Step" = m."Step"), 0), m."Count"
                FROM "OldRunMetrics" m;
                INSERT INTO "RunMetricPoints" ("MetricId", "Step", "At", "Bits", "Value")
                SELECT m."Id", p."Step", (extract(epoch from p."At") * 1000)::bigint, 0, p."Value" FROM "OldRunMetricPoints" p JOIN "RunMetrics" m ON m."RunId" = p."RunId" AND m."Key" = p."Key";
                DROP TABLE "OldRunMetricPoints";
                DROP TABLE "OldRunMetrics";
                """);

            migrationBuilder.CreateTable(
                name: "RunArtifacts",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Path = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    Hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Length = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<Guid>(type: "uuid", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
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
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    Value = table.Column<string>(type: "text", nullable: false),
                    Text = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    Number = table.Column<double>(type: "double precision", nullable: true)
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
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    ExperimentId = table.Column<Guid>(type: "uuid", nullable: false),
                    Layout = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false)
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
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    Value = table.Column<string>(type: "character varying(8000)", maxLength: 8000, nullable: false),
                    Text = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    Number = table.Column<double>(type: "double precision", nullable: true)
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
                type: "character varying(120)",
                maxLength: 120,
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "ArchivedAt",
                table: "Runs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "DurationSeconds",
                table: "Runs",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "NameKey",
                table: "Runs",
                type: "character varying(200)",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTime>(
                name: "SeenAt",
                table: "Runs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Source",
                table: "Runs",
                type: "character varying(16)",
                maxLength: 16,
                nullable: false,
                defaultValue: "Mlhub");

            migrationBuilder.AddColumn<string>(
                name: "Task",
                table: "Runs",
                type: "character varying(16)",
                maxLength: 16,
                nullable: true);

            migrationBuilder.Sql(
                """
                INSERT INTO "RunTags" ("RunId", "Key", "Value", "Text")
                SELECT r."Id", j.key, COALESCE(j.value, ''), lower(left(COALESCE(j.value, ''), 500)) FROM "Runs" r, jsonb_each_text(r."Tags") AS j(key, value);
                """);

            migrationBuilder.Sql(
                """
                INSERT INTO "RunParameters" ("RunId", "Key", "Value", "Text", "Number")
                SELECT r."Id", j.key, j.value::text, lower(left(COALESCE(j.value #>> '{}', 'null'), 500)), CASE WHEN jsonb_typeof(j.value) = 'number' THEN (j.value::text)::double precision END
                FROM "Runs" r, jsonb_each(CASE WHEN jsonb_typeof(r."Result" -> 'parameters') = 'object' THEN r."Result" -> 'parameters' WHEN jsonb_typeof(r."Configuration" -> 'parameters') = 'object' THEN r."Configuration" -> 'parameters' ELSE '{}'::jsonb END) AS j(key, value);
                """);

            migrationBuilder.Sql(
                """
                UPDATE "Runs" SET "NameKey" = lower("Name"), "Algorithm" = "Configuration" ->> 'algorithm',
                    "Task" = upper(left("Configuration" ->> 'task', 1)) || substr("Configuration" ->> 'task', 2),
                    "DurationSeconds" = extract(epoch from "EndedAt" - "StartedAt");
                """);

            migrationBuilder.DropColumn(
                name: "Tags",
                table: "Runs");

            migrationBuilder.AlterColumn<Guid>(
                name: "JobId",
                table: "Runs",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AlterColumn<Guid>(
                name: "DatasetVersionId",
                table: "Runs",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AlterColumn<int>(
                name: "DatasetVersion",
                table: "Runs",
                type: "integer",
                nullable: true,
                oldClrType: typeof(int),
                oldType: "integer");

            migrationBuilder.AlterColumn<Guid>(
                name: "DatasetId",
                table: "Runs",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AlterColumn<string>(
                name: "ContentHash",
                table: "Runs",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "character varying(64)",
                oldMaxLength: 64);

            migrationBuilder.AlterColumn<string>(
                name: "Configuration",
                table: "Runs",
                type: "jsonb",
                nullable: true,
                oldClrType: typeof(string),
                oldType: "jsonb");

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
