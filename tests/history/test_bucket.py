"""A history in a bucket: moto's S3 server on loopback, where no file lock helps."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import boto3
import pandas as pd
import pytest
import requests
from moto.server import ThreadedMotoServer

from spotify_analysis.history import History
from tests.history.conftest import account, newer

HEARD = [(100 * n, "AB"[n % 2], 60_000) for n in range(20)]


@pytest.fixture
def bucket() -> Iterator[dict[str, str]]:
    """Run an S3 server with one bucket; returns what a client wants to know."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {
        "aws_endpoint_url": f"http://{host}:{port}",
        "aws_allow_http": "true",
        "aws_access_key_id": "nobody",
        "aws_secret_access_key": "secret",
        "aws_region": "us-east-1",
    }
    boto3.client(
        "s3",
        endpoint_url=options["aws_endpoint_url"],
        region_name="us-east-1",
        aws_access_key_id="nobody",
        aws_secret_access_key="secret",
    ).create_bucket(Bucket="listening")
    yield options
    # moto keeps its buckets in the process, also beyond the server
    requests.post(f"{options['aws_endpoint_url']}/moto-api/reset", timeout=10)
    server.stop()


def test_the_same_as_in_a_folder(bucket: dict[str, str], keep: History) -> None:
    far = History("s3://listening/kept", storage_options=bucket, time_zone="Europe/Berlin")
    assert far.plays().empty
    for one in (far, keep):
        one.add(account(HEARD))
        one.add(newer(HEARD[:10]))
    pd.testing.assert_frame_equal(far.plays(), keep.plays())
    far.undo()
    keep.undo()
    pd.testing.assert_frame_equal(far.plays(), keep.plays())
    assert far.check().files.empty
    assert "secret" not in repr(far) + repr(vars(far))


def test_two_writers_at_once(bucket: dict[str, str]) -> None:
    def write(first: int) -> None:
        far = History("s3://listening/kept", storage_options=bucket, time_zone="UTC")
        far.add(newer(HEARD[first : first + 12], file=f"{first}.json"))

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    far = History("s3://listening/kept", storage_options=bucket)
    assert len(far.plays()) == 20
    active = far.imports()
    assert sorted(active["files"]) == ["0.json", "8.json"]
    assert active["is_active"].all()


def test_options_that_give_up_safety_are_refused() -> None:
    with pytest.raises(ValueError, match="two writers would overwrite each other"):
        History("s3://listening/kept", storage_options={"AWS_S3_ALLOW_UNSAFE_RENAME": "true"})
    with pytest.raises(ValueError, match="is a folder"):
        History("kept", storage_options={"aws_region": "eu"})
