"""Takes jobs out of a queue, converts clips, puts results into the bucket and what is to be known of them into a domain. For ever.

It may be killed at any moment: a job is deleted when its result is there and not before, so another worker is given it again, and to convert a clip
twice does no harm.
"""
import json
import os
import subprocess
import threading
import time

import boto3
from botocore.config import Config

FRESH = 30  # seconds for which a job is this worker's, before it must say that it is still alive


def client(service):
    return boto3.client(service, endpoint_url=os.environ["ENDPOINT"],
                        config=Config(retries={"max_attempts": 10, "mode": "standard"}, s3={"addressing_style": "path"}))


def alive(sqs, queue, receipt, over):
    """Keeps the job while it is worked on."""
    while not over.wait(FRESH / 3):
        sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=receipt, VisibilityTimeout=FRESH)


def run(*words):
    return subprocess.run(words, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900).stdout


def convert(source, target):
    """VP8 in WebM, from whatever ffmpeg reads in a file; nothing that the clip names is opened. Answers with the number of frames that can be read."""
    run("ffmpeg", "-v", "error", "-protocol_whitelist", "file", "-i", source, "-c:v", "libvpx", "-b:v", "300k", "-f", "webm", "-y", target)
    return run("ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames",
               "-of", "default=nokey=1:noprint_wrappers=1", target).strip()


def work(message, s3, sdb):
    job = json.loads(message["Body"])
    clip, result = str(job["clip"]), str(job["result"])
    begun = time.monotonic()
    s3.download_file(os.environ["BUCKET"], clip, "/tmp/in")
    frames = convert("/tmp/in", "/tmp/out")
    s3.upload_file("/tmp/out", os.environ["BUCKET"], result, ExtraArgs={"ContentType": "video/webm"})
    facts = {"state": "done", "result": result, "frames": frames, "bytes": str(os.path.getsize("/tmp/out")), "worker": os.environ["WORKER"],
             "seconds": "%.1f" % (time.monotonic() - begun), "attempt": message["Attributes"]["ApproximateReceiveCount"]}
    sdb.put_attributes(DomainName=os.environ["DOMAIN"], ItemName=clip,
                       Attributes=[{"Name": name, "Value": value, "Replace": True} for name, value in facts.items()])
    print(os.environ["WORKER"], clip, "->", result, frames, "frames", flush=True)


def main():
    sqs, s3, sdb = client("sqs"), client("s3"), client("sdb")
    queue = sqs.get_queue_url(QueueName=os.environ["QUEUE"])["QueueUrl"]
    print("worker", os.environ["WORKER"], "is ready", flush=True)
    while True:
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20, VisibilityTimeout=FRESH,
                                           AttributeNames=["ApproximateReceiveCount"]).get("Messages", []):
            over = threading.Event()
            threading.Thread(target=alive, args=(sqs, queue, message["ReceiptHandle"], over), daemon=True).start()
            try:
                work(message, s3, sdb)
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            except subprocess.CalledProcessError as e:
                print("cannot be converted:", message["Body"], e.stderr, flush=True)  # it comes again, and in the end goes to the other queue
            except Exception as e:
                print("failed:", message["Body"], repr(e), flush=True)
            finally:
                over.set()


main()
