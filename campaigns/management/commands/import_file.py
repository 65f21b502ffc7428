"""Import a file from the command line, through the runner that the web uses, in this process."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.errors import DomainError
from accounts.models import Agency, Client
from accounts.queries import agency_id_of, clients_named
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.imports.mapping import KINDS, FileMapping, mapping_from_json
from campaigns.imports.presets import PRESETS
from campaigns.imports.storage import chunks_of
from campaigns.models import ImportBatch
from campaigns.models.batches import BatchState
from campaigns.services import batch_create, batch_forget, batch_run, batch_start


class Command(BaseCommand):
    help = "Import a file of leads, sales, costs or daily facts. Exits non-zero if it is refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", required=True, metavar="SLUG")
        parser.add_argument("--client", required=True, metavar="SLUG")
        parser.add_argument("--kind", required=True, choices=KINDS)
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--preset", choices=sorted(PRESETS))
        how.add_argument("--mapping", type=Path, metavar="FILE", help="JSON: see docs/imports.md")
        parser.add_argument("--source", metavar="NAME", help="instead of the mapping's")
        parser.add_argument("--dry-run", action="store_true", help="count, and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--without-bad-rows", action="store_true")
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        self.is_json = options["json"]
        try:
            batch = self._import(options)
        except DomainError as error:
            raise self._refusal(
                {"code": error.code, "message": str(error), "data": error.data}
            ) from error
        if batch is None:
            raise CommandError(
                "Another import of this client is running. Try again when it is done."
            )
        if batch.state != BatchState.DONE:
            raise self._refusal(batch.error or {})
        self._print(batch, options["dry_run"])

    def _import(self, options: dict[str, Any]) -> ImportBatch | None:
        mapping = self._mapping(options)
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        client = self._client(options)
        with tenant_transaction(client.agency_id):
            batch = batch_create(client, chunks_of(file), file.name, mapping)
            batch_start(client, batch, None, options["without_bad_rows"], is_sent=False)
        try:
            return batch_run(client.agency_id, client.pk, batch.pk, options["dry_run"])
        finally:
            if options["dry_run"]:
                self._forget(client, batch)

    def _mapping(self, options: dict[str, Any]) -> FileMapping:
        if options["mapping"] is None:
            said: Any = {"preset": options["preset"] or f"generic_{options['kind']}"}
        else:
            try:
                said = json.loads(options["mapping"].read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise CommandError(
                    f"{options['mapping']} cannot be read as JSON: {error}"
                ) from error
        if isinstance(said, dict):
            if said.setdefault("kind", options["kind"]) != options["kind"]:
                raise CommandError(f"The mapping is for {said['kind']}, not for {options['kind']}.")
            if options["source"]:
                said["source"] = options["source"]
        return mapping_from_json(said)

    def _client(self, options: dict[str, Any]) -> Client:
        with transaction.atomic():
            number = agency_id_of(options["agency"])
            if number is None:
                raise CommandError(f"There is no agency {options['agency']}.")
            with tenant_scope(number):
                found = clients_named(Agency(pk=number), [options["client"]])
        if not found:
            raise CommandError(f"The agency has no client {options['client']}.")
        return found[0]

    def _forget(self, client: Client, batch: ImportBatch) -> None:
        """A dry run leaves no batch behind."""
        with tenant_transaction(client.agency_id):
            batch_forget(client, batch.pk)

    def _refusal(self, error: dict[str, Any]) -> CommandError:
        if self.is_json:
            self.stdout.write(json.dumps({"state": "refused", "error": error}, ensure_ascii=False))
        return CommandError(error.get("message", "The file was refused."))

    def _print(self, batch: ImportBatch, is_dry: bool) -> None:
        if self.is_json:
            said = {
                "state": "dry_run" if is_dry else batch.state,
                "batch": None if is_dry else batch.pk,
                "counts": batch.counts,
                "notes": batch.notes,
                "mapping": batch.mapping,
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        self.stdout.write(f"{batch.file_name}: {'would be imported' if is_dry else 'imported'}")
        for name, count in batch.counts.items():
            self.stdout.write(f"  {name:>14} {count:>10,}")
        for note in batch.notes:
            self.stdout.write(f"  note: {json.dumps(note, ensure_ascii=False)}")
