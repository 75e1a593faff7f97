"""Uploads: what is kept of a picture, where, and what becomes of orphans (IN-03)."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from admin_app.enums import AttachmentPurpose
from admin_app.errors import Refused
from admin_app.web.clock import today
from admin_app.web.storage import (
    open_file,
    remove_file,
    store_image,
    sweep_orphans,
)
from tests import factories as make

SCRIPT = b"<script>alert(1)</script>"


def upload(data, name="a.jpg"):
    return FileStorage(io.BytesIO(data), filename=name)


def jpeg(size=(30, 20), **options):
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, "JPEG", **options)
    return target.getvalue()


@pytest.fixture
def context(app):
    with app.test_request_context():
        yield app


@pytest.mark.requirement("IN-03")
def test_kept_picture_holds_pixels_only(context):
    exif = Image.Exif()
    exif[0x010E] = "canary 13800138000"

    stored = store_image(upload(jpeg(exif=exif) + SCRIPT))

    data = open_file(stored.key)
    assert b"canary" not in data
    assert SCRIPT not in data
    assert Image.open(io.BytesIO(data)).size == (30, 20)


@pytest.mark.requirement("IN-03")
def test_picture_is_turned_upright_before_its_exif_is_dropped(context):
    exif = Image.Exif()
    exif[0x0112] = 6

    stored = store_image(upload(jpeg((30, 20), exif=exif)))

    assert (stored.width, stored.height) == (20, 30)


@pytest.mark.requirement("IN-03")
def test_giant_is_refused_by_its_header_before_it_is_decoded(context):
    target = io.BytesIO()
    Image.new("1", (12000, 12000)).save(target, "PNG")

    with pytest.raises(Refused, match="像素"):
        store_image(upload(target.getvalue(), "giant.png"))


@pytest.mark.requirement("IN-03")
def test_worker_survives_a_picture_that_breaks_the_child(context):
    broken = jpeg((400, 400))[:-2000]

    with pytest.raises(Refused):
        store_image(upload(broken))

    assert store_image(upload(jpeg())).width == 30


@pytest.mark.requirement("IN-03")
@pytest.mark.parametrize("name", ["../../etc/passwd.jpg", "a\x00.jpg", "a.php.jpg"])
def test_name_that_wants_to_be_a_path_or_program_is_refused(context, name):
    with pytest.raises(Refused, match="文件名不合规范"):
        store_image(upload(jpeg(), name))


def test_long_name_is_shortened_and_keeps_its_ending(context):
    stored = store_image(upload(jpeg(), "很" * 300 + ".jpeg"))

    assert stored.file_name == "很" * 195 + ".jpeg"


def test_removed_file_is_gone_and_may_be_removed_again(context):
    key = store_image(upload(jpeg())).key

    remove_file(key)
    remove_file(key)

    assert open_file(key) is None


@pytest.mark.parametrize("key", ["", "../secret", "20250101-" + "g" * 32])
def test_key_of_another_shape_opens_nothing(context, key):
    assert open_file(key) is None


def test_sweep_removes_old_files_without_a_record_only(
    context, db_session, monkeypatch, tmp_path
):
    # In a folder of its own: what other tests keep is without a record here.
    own = context.extensions["settings"].model_copy(
        update={"storage_url": tmp_path.as_uri()}
    )
    monkeypatch.setitem(context.extensions, "settings", own)
    kept, orphan = (store_image(upload(jpeg())) for _ in range(2))
    row = kept.claim(
        purpose=AttachmentPurpose.unit_scan,
        uploaded_by_id=None,
        uploaded_at=make.datetime.now(make.UTC),
    )
    row.unit_id = make.unit(db_session).id
    db_session.add(row)
    db_session.flush()

    early = sweep_orphans(db_session, today=today() + timedelta(days=1))
    late = sweep_orphans(db_session, today=today() + timedelta(days=2))

    assert early == 0
    assert late == 1
    assert open_file(kept.key) is not None
    assert open_file(orphan.key) is None


@pytest.mark.feature("X12")
def test_pictures_are_kept_in_an_object_store_by_two_settings(make_app, s3_storage):
    app = make_app(
        storage_url=s3_storage.storage_url, storage_options=s3_storage.storage_options
    )

    with app.test_request_context():
        key = store_image(upload(jpeg())).key
        data = open_file(key)
        remove_file(key)
        after = open_file(key)

    assert data.startswith(b"\xff\xd8")
    assert after is None
