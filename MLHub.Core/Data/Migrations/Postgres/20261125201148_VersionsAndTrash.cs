using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MLHub.Core.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class VersionsAndTrash : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "DeletedBy",
                table: "Datasets",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "PurgedAt",
                table: "Datasets",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "DeletedAt",
                table: "DatasetVersions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "DeletedBy",
                table: "DatasetVersions",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "PurgedAt",
                table: "DatasetVersions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Tags",
                table: "DatasetVersions",
                type: "jsonb",
                nullable: false,
                defaultValue: "[]");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "DeletedBy",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "PurgedAt",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "DeletedAt",
                table: "DatasetVersions");

            migrationBuilder.DropColumn(
                name: "DeletedBy",
                table: "DatasetVersions");

            migrationBuilder.DropColumn(
                name: "PurgedAt",
                table: "DatasetVersions");

            migrationBuilder.DropColumn(
                name: "Tags",
                table: "DatasetVersions");
        }
    }
}
