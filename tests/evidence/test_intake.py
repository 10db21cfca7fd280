"""Everything given is numbered, unpacked in bounds, and refused with a reason; nothing crashes, nothing escapes."""

import gzip
import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from spillmark.errors import EvidenceError, UsageError
from spillmark.evidence import intake as module
from spillmark.evidence.intake import Intake, Limits, collect
from spillmark.evidence.item import Recogniser

ELF = Recogniser("salesforce.elf", "elf", ("event_type", "timestamp"))
CSV = b'"EVENT_TYPE","TIMESTAMP"\n"Login","20250715141031.482"\n'
PROSE = b"A caller talked an employee into approving a connected app, and customer records left in bulk.\n"


def taken(work: Path, *paths: Path, limits: Limits | None = None) -> Intake:
    return collect(paths, work / "work", limits=limits or Limits(), recognisers=[ELF])


def zipped(**members: bytes) -> bytes:
    return zipped_as(list(members.items()))


def zipped_as(members: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def why(result: Intake, what: str) -> str:
    return next(skip.why for skip in result.skipped if skip.what == what)


def test_a_folder_is_walked_and_numbered_by_hash(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "log.csv").write_bytes(CSV)
    (tmp_path / "in" / "a.md").write_bytes(PROSE)
    result = taken(tmp_path, tmp_path / "in")
    assert [i.evidence.id for i in result.items] == ["E1", "E2"]
    assert {i.evidence.kind for i in result.items} == {"salesforce.elf", "report"}
    assert [i.evidence.sha256 for i in result.items] == sorted(i.evidence.sha256 for i in result.items)
    assert {i.evidence.path for i in result.items} == {"deep/log.csv", "a.md"}


def test_the_order_of_arguments_changes_nothing(tmp_path: Path) -> None:
    for name, data in (("a.csv", CSV), ("b.md", PROSE), ("c.zip", zipped(x=PROSE + b"More.", y=CSV))):
        (tmp_path / name).write_bytes(data)
    paths = [tmp_path / name for name in ("a.csv", "b.md", "c.zip")]
    first, second = taken(tmp_path, *paths), taken(tmp_path / "2", *reversed(paths))
    assert [i.evidence for i in first.items] == [i.evidence for i in second.items]
    assert first.skipped == second.skipped


def test_archives_are_listed_and_so_are_their_members(tmp_path: Path) -> None:
    inner = zipped(**{"Contact.csv": b'"Id","Name"\n"0038Z00000aBcDeQAH","A"\n'})
    (tmp_path / "export.zip").write_bytes(zipped(**{"inner.zip": inner, "log.csv.gz": gzip.compress(CSV)}))
    (tmp_path / "note.txt.zst").write_bytes(zstandard.compress(PROSE))
    result = taken(tmp_path, tmp_path / "export.zip", tmp_path / "note.txt.zst")
    assert {i.evidence.path: i.evidence.kind for i in result.items} == {
        "export.zip": "archive",
        "export.zip!inner.zip": "archive",
        "export.zip!inner.zip!Contact.csv": "salesforce.export",
        "export.zip!log.csv.gz": "archive",
        "export.zip!log.csv.gz!log.csv": "salesforce.elf",
        "note.txt.zst": "archive",
        "note.txt.zst!note.txt": "report",
    }
    assert result.skipped == ()


def test_the_same_bytes_count_once(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(CSV)
    (tmp_path / "a.csv").write_bytes(CSV)
    result = taken(tmp_path, tmp_path / "b.csv", tmp_path / "a.csv")
    assert [i.evidence.path for i in result.items] == ["a.csv"]
    assert [(s.what, s.level) for s in result.skipped] == [("b.csv", "note")]
    assert "the same bytes as a.csv" in result.skipped[0].why


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "a/../../evil.csv", "..\\evil.csv", "evil\x01.csv"]
)
def test_names_that_point_outside_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.zip").write_bytes(zipped_as([(name, CSV), ("good.md", PROSE)]))
    result = taken(tmp_path, tmp_path / "x.zip")
    assert {i.evidence.path for i in result.items} == {"x.zip", "x.zip!good.md"}
    assert [(s.level, "attack" in s.why) for s in result.skipped] == [("unread", True)]
    assert not list(tmp_path.rglob("*evil*"))


def test_links_are_not_followed(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("link.csv")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "x.zip").write_bytes(buffer.getvalue())
    (folder / "a.md").write_bytes(PROSE)
    (tmp_path / "secret.txt").write_bytes(PROSE + b"secret")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    result = taken(tmp_path, folder)
    assert {i.evidence.path for i in result.items} == {"x.zip", "a.md"}
    assert {s.what: s.level for s in result.skipped} == dict.fromkeys(
        ("x.zip!link.csv", "out.txt", "loop", "pipe"), "unread"
    )


def bomb_zip() -> bytes:
    return zipped(**{"zeros.csv": bytes(30_000_000)})


def bomb_gzip() -> bytes:
    return gzip.compress(bytes(30_000_000))


def bomb_zstd() -> bytes:
    return zstandard.compress(bytes(30_000_000))


@pytest.mark.parametrize("make", [bomb_zip, bomb_gzip, bomb_zstd])
def test_bombs_are_stopped_while_unpacking(tmp_path: Path, make: Callable[[], bytes]) -> None:
    (tmp_path / "bomb").write_bytes(make())
    (tmp_path / "a.md").write_bytes(PROSE)
    limits = Limits(ratio=100, free=1_000_000)
    result = taken(tmp_path, tmp_path / "bomb", tmp_path / "a.md", limits=limits)
    assert "unpacking was stopped: it unpacks to more than 100 times its size" in why(result, "bomb")
    assert sum(path.stat().st_size for path in (tmp_path / "work").rglob("*") if path.is_file()) < 5_000_000


def test_a_header_that_lies_about_its_size_gains_nothing(tmp_path: Path) -> None:
    data = bytearray(zipped(**{"zeros.csv": bytes(5_000_000)}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(mark) + offset
        data[place : place + 4] = struct.pack("<I", 10)
    (tmp_path / "x.zip").write_bytes(data)
    result = taken(tmp_path, tmp_path / "x.zip", limits=Limits(ratio=10, free=1_000))
    assert why(result, "x.zip!zeros.csv") or why(result, "x.zip")
    assert all(path.stat().st_size < 1_000_000 for path in (tmp_path / "work" / "unpacked").iterdir())


def test_nesting_and_members_are_bounded(tmp_path: Path) -> None:
    data = CSV
    for level in range(7):
        data = zipped(**{f"{level}.zip": data})
    (tmp_path / "deep.zip").write_bytes(data)
    result = taken(tmp_path, tmp_path / "deep.zip")
    assert any("nested more than 4 deep" in skip.why for skip in result.skipped)
    (tmp_path / "many.zip").write_bytes(zipped(**{f"{n}.md": PROSE + bytes([65 + n]) for n in range(20)}))
    result = taken(tmp_path / "2", tmp_path / "many.zip", limits=Limits(members=10))
    assert "more than 10 members" in why(result, "many.zip")
    assert len(result.items) == 11


def test_an_archive_within_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(**{"a.zip": zipped(x=CSV), "b.zip": zipped(x=CSV)}))
    result = taken(tmp_path, tmp_path / "a.zip")
    assert [i.evidence.path for i in result.items if i.evidence.kind != "archive"] == ["a.zip!a.zip!x"]


def cut_zip() -> bytes:
    return zipped(**{"log.csv": CSV * 50})[:-40]


@pytest.mark.parametrize("cut", [cut_zip(), b"PK\x03\x04", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd\x04"])
def test_what_cannot_be_opened_is_said(tmp_path: Path, cut: bytes) -> None:
    (tmp_path / "x").write_bytes(cut)
    (tmp_path / "a.md").write_bytes(PROSE)
    result = taken(tmp_path, tmp_path / "x", tmp_path / "a.md")
    assert any(skip.level in ("unread", "partial") and skip.what.startswith("x") for skip in result.skipped)
    assert any(item.evidence.path == "a.md" for item in result.items)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_what_stands_before_the_cut_is_read(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    body = CSV + b"".join(b'"Login","%d"\n' % (number * 7919 % 100_003) for number in range(200_000))
    packed = pack(body)
    (tmp_path / "log.csv.x").write_bytes(packed[: len(packed) // 2])
    result = taken(tmp_path, tmp_path / "log.csv.x")
    inner = next(item for item in result.items if "!" in item.evidence.path)
    assert inner.evidence.kind == "salesforce.elf"
    assert body.startswith(inner.local.read_bytes())
    assert inner.evidence.bytes > 1000
    assert [skip.level for skip in result.skipped] == ["partial"]


def test_encrypted_members_are_named(tmp_path: Path) -> None:
    data = bytearray(zipped(**{"log.csv": CSV}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    (tmp_path / "x.zip").write_bytes(data)
    assert "encrypted" in why(taken(tmp_path, tmp_path / "x.zip"), "x.zip!log.csv")


def test_a_member_with_a_wrong_checksum_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped(**{"log.csv": CSV}))
    for mark, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        data[data.index(mark) + offset] ^= 0xFF
    (tmp_path / "x.zip").write_bytes(data)
    result = taken(tmp_path, tmp_path / "x.zip")
    assert any("CRC" in skip.why for skip in result.skipped)


def test_an_office_document_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_bytes(zipped(**{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}))
    result = taken(tmp_path, tmp_path / "x.docx")
    assert [item.evidence.kind for item in result.items] == ["unknown"]
    assert "office document" in result.skipped[0].why


def test_missing_paths_and_empty_folders(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be opened"):
        taken(tmp_path, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EvidenceError) as caught:
        taken(tmp_path, tmp_path / "empty")
    assert caught.value.exit_code == 3


def test_an_unreadable_file_does_not_stop_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_bytes(PROSE)
    (tmp_path / "b.csv").write_bytes(CSV)
    hashed = module._hashed

    def refuse(shown: str, path: Path) -> object:
        if shown == "b.csv":
            raise PermissionError(13, "Permission denied")
        return hashed(shown, path)

    monkeypatch.setattr(module, "_hashed", refuse)
    result = taken(tmp_path, tmp_path / "a.md", tmp_path / "b.csv")
    assert [item.evidence.path for item in result.items] == ["a.md"]
    assert "Permission denied" in why(result, "b.csv")


def test_work_files_are_the_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped(**{"log.csv": CSV}))
    taken(tmp_path, tmp_path / "x.zip")
    folder = tmp_path / "work" / "unpacked"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_names_cannot_draw_on_a_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a\x1b[31m\u202e.md").write_bytes(PROSE)
    (path,) = (item.evidence.path for item in taken(tmp_path, folder).items)
    assert path == "a?[31m?.md"
