package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kumiki.api.blob.Query;
import org.kumiki.aws.s3.Client.Answer;
import org.kumiki.aws.signature.Hashes;
import org.kumiki.aws.signature.ObjectSigner.Signed;

/** Every way to send a body, with everything that can be wrong with it, to everything that takes one: what is wrong is refused, and nothing is stored. */
class BodiesTest {

    /** How a body is sent. */
    enum Mode {
        HASHED(""), UNSIGNED("UNSIGNED-PAYLOAD"), SIGNED_CHUNKS("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        SIGNED_CHUNKS_TRAILER("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"), UNSIGNED_TRAILER("STREAMING-UNSIGNED-PAYLOAD-TRAILER");

        private final String payload;

        Mode(String payload) {
            this.payload = payload;
        }

        boolean chunked() {
            return payload.startsWith("STREAMING");
        }

        boolean signed() {
            return payload.startsWith("STREAMING-AWS4");
        }

        boolean trailing() {
            return payload.endsWith("TRAILER");
        }
    }

    /** What is wrong with it. */
    enum Fault {
        NONE, BYTE_CHANGED, WRONG_CHECKSUM, BROKEN_CHECKSUM, WRONG_MD5, BROKEN_MD5, CUT_OFF, LONGER_THAN_SAID, SHORTER_THAN_SAID, NO_LENGTH,
        WRONG_CHUNK_SIGNATURE, NO_CHUNK_SIGNATURE, CHUNKS_SWAPPED, LAST_CHUNK_SIGNATURE_WRONG, BROKEN_CHUNK_HEADER, CHUNK_LONGER_THAN_IT_SAYS,
        WRONG_TRAILER_SIGNATURE, NO_TRAILER_SIGNATURE, NO_TRAILER, OTHER_TRAILER, UNDECLARED_TRAILER, BYTES_AFTER_THE_END
    }

    /** Where it is sent. */
    enum Place {
        BUCKET(Operation.CREATE_BUCKET), BUCKET_ACL(Operation.PUT_BUCKET_ACL), POLICY(Operation.PUT_SETTING), VERSIONING(Operation.PUT_SETTING),
        LIFECYCLE(Operation.PUT_SETTING), NOTIFICATION(Operation.PUT_SETTING),
        DELETES(Operation.DELETE_OBJECTS), OBJECT(Operation.PUT_OBJECT), ACL(Operation.PUT_ACL), TAGS(Operation.PUT_TAGGING),
        RETENTION(Operation.PUT_RETENTION), LEGAL_HOLD(Operation.PUT_LEGAL_HOLD), PART(Operation.UPLOAD_PART), COMPLETION(Operation.COMPLETE_UPLOAD);

        private final Operation operation;

        Place(Operation operation) {
            this.operation = operation;
        }

        /** Whether a checksum among the headers is one of the body. */
        boolean checks(Mode mode, Fault fault) {
            boolean byHeader = fault == Fault.WRONG_CHECKSUM || fault == Fault.BROKEN_CHECKSUM || fault == Fault.BYTE_CHANGED && mode == Mode.UNSIGNED;
            return this != COMPLETION || mode.trailing() || !byHeader;
        }
    }

    private static final String BAD = "any of them";
    private static TestCloud cloud;
    private static Client client;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        cloud = new TestCloud(data);
        client = new Client(cloud.endpoint(), TestCloud.KEY);
        cloud.queues.open("bodies");
    }

    @AfterAll
    static void stop() throws Exception {
        cloud.stop();
    }

    static Stream<Arguments> everything() {
        List<Arguments> rows = new ArrayList<>();
        for (Place place : Place.values()) {
            for (Mode mode : Mode.values()) {
                for (Fault fault : Fault.values()) {
                    String code = expected(mode, fault);
                    if (code != null && place.checks(mode, fault)) {
                        rows.add(Arguments.of(place, mode, fault, code));
                    }
                }
            }
        }
        return rows.stream();
    }

    @Test
    void sendsToEverythingThatTakesABody() {
        assertThat(Arrays.stream(Place.values()).map(place -> place.operation).distinct())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Operation.values()).filter(Operation::takesBody).toList());
    }

    /** The code of the refusal; null where a fault cannot be. */
    private static String expected(Mode mode, Fault fault) {
        return switch (fault) {
            case NONE -> "";
            case BYTE_CHANGED -> switch (mode) {
                case HASHED -> "XAmzContentSHA256Mismatch";
                case UNSIGNED -> "BadDigest";
                case SIGNED_CHUNKS, SIGNED_CHUNKS_TRAILER -> "SignatureDoesNotMatch";
                case UNSIGNED_TRAILER -> "BadDigest";
            };
            case WRONG_CHECKSUM, WRONG_MD5 -> "BadDigest";
            case BROKEN_CHECKSUM -> "InvalidRequest";
            case BROKEN_MD5 -> "InvalidDigest";
            case CUT_OFF, LONGER_THAN_SAID, SHORTER_THAN_SAID -> mode.chunked() ? "IncompleteBody" : null;
            case NO_LENGTH -> mode.chunked() ? "MissingContentLength" : null;
            case WRONG_CHUNK_SIGNATURE, LAST_CHUNK_SIGNATURE_WRONG, CHUNKS_SWAPPED -> mode.signed() ? "SignatureDoesNotMatch" : null;
            case NO_CHUNK_SIGNATURE -> mode.signed() ? "InvalidRequest" : null;
            case BROKEN_CHUNK_HEADER, CHUNK_LONGER_THAN_IT_SAYS, BYTES_AFTER_THE_END -> mode.chunked() ? BAD : null;
            case WRONG_TRAILER_SIGNATURE, NO_TRAILER_SIGNATURE -> mode.signed() && mode.trailing() ? "SignatureDoesNotMatch" : null;
            case NO_TRAILER, OTHER_TRAILER -> mode.trailing() ? "MalformedTrailerError" : null;
            case UNDECLARED_TRAILER -> mode.chunked() && !mode.trailing() ? "MalformedTrailerError" : null;
        };
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("everything")
    void refusesWhatIsWrongAndStoresNothing(Place place, Mode mode, Fault fault, String code) throws Exception {
        String bucket = "b" + place.ordinal() + "-" + mode.ordinal() + "-" + fault.ordinal();
        String path = prepare(place, bucket);
        String before = state(bucket);

        Answer answer = send(place == Place.DELETES || place == Place.COMPLETION ? "POST" : "PUT", path, content(place), mode, fault);

        if (code.equals(BAD)) {
            assertThat(answer.status()).isBetween(400, 403);
        } else {
            assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        }
        assertThat(state(bucket).equals(before)).isEqualTo(!code.isEmpty());
    }

    private static String prepare(Place place, String bucket) throws Exception {
        if (place == Place.BUCKET) {
            return "/" + bucket;
        }
        client.call("PUT", "/" + bucket, Map.of("x-amz-bucket-object-lock-enabled",
                Boolean.toString(place == Place.RETENTION || place == Place.LEGAL_HOLD)), new byte[0]);
        client.call("PUT", "/" + bucket + "/old", "old");
        return switch (place) {
            case BUCKET, OBJECT -> "/" + bucket + "/key";
            case BUCKET_ACL -> "/" + bucket + "?acl";
            case POLICY -> "/" + bucket + "?policy";
            case VERSIONING -> "/" + bucket + "?versioning";
            case LIFECYCLE -> "/" + bucket + "?lifecycle";
            case NOTIFICATION -> "/" + bucket + "?notification";
            case DELETES -> "/" + bucket + "?delete";
            case ACL -> "/" + bucket + "/old?acl";
            case TAGS -> "/" + bucket + "/old?tagging";
            case RETENTION -> "/" + bucket + "/old?retention";
            case LEGAL_HOLD -> "/" + bucket + "/old?legal-hold";
            case PART -> "/" + bucket + "/key?partNumber=1&uploadId=" + begin(bucket);
            case COMPLETION -> {
                String id = begin(bucket);
                client.call("PUT", "/" + bucket + "/key?partNumber=1&uploadId=" + id, "part");
                yield "/" + bucket + "/key?uploadId=" + id;
            }
        };
    }

    private static String begin(String bucket) throws Exception {
        return client.call("POST", "/" + bucket + "/key?uploads").xml().require("UploadId");
    }

    private static byte[] content(Place place) {
        return switch (place) {
            case OBJECT, PART -> random();
            case BUCKET -> bytes("<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>");
            case BUCKET_ACL, ACL -> bytes("<AccessControlPolicy><AccessControlList><Grant><Grantee><ID>000000000002</ID></Grantee>"
                    + "<Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>");
            case POLICY -> bytes("{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:GetObject\", \"Resource\": \"*\"}]}");
            case VERSIONING -> bytes("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
            case LIFECYCLE -> bytes("<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>"
                    + "</LifecycleConfiguration>");
            case NOTIFICATION -> bytes("<NotificationConfiguration><QueueConfiguration><Queue>" + MemoryQueues.arn("bodies") + "</Queue>"
                    + "<Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>");
            case DELETES -> bytes("<Delete><Object><Key>old</Key></Object><Object><Key>other</Key></Object></Delete>");
            case TAGS -> bytes("<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>");
            case RETENTION -> bytes("<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2999-01-01T00:00:00Z</RetainUntilDate></Retention>");
            case LEGAL_HOLD -> bytes("<LegalHold><Status>ON</Status></LegalHold>");
            case COMPLETION -> bytes("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>f4c9385f1902f7334b00b9b4ecd164de</ETag></Part>"
                    + "</CompleteMultipartUpload>");
        };
    }

    private static byte[] random() {
        byte[] content = new byte[150_000];
        new Random(1).nextBytes(content);
        return content;
    }

    /** All that is remembered of a bucket. */
    private static String state(String bucket) {
        if (cloud.store.bucket(bucket).isEmpty()) {
            return "";
        }
        return cloud.store.bucket(bucket) + " " + cloud.store.list(bucket, new Query("", "", "", "", 1000, true)).blobs()
                + " " + cloud.store.uploads(bucket).stream().map(cloud.store::parts).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Answer send(String method, String path, byte[] content, Mode mode, Fault fault) throws Exception {
        Map<String, String> headers = new HashMap<>();
        String checksum = fault == Fault.WRONG_CHECKSUM ? "AAAAAA==" : fault == Fault.BROKEN_CHECKSUM ? "AAA=" : crc32(content);
        if (mode.trailing()) {
            headers.put("x-amz-trailer", "x-amz-checksum-crc32");
        } else {
            headers.put("x-amz-checksum-crc32", checksum);
        }
        if (fault == Fault.WRONG_MD5 || fault == Fault.BROKEN_MD5) {
            headers.put("content-md5", fault == Fault.WRONG_MD5 ? Base64.getEncoder().encodeToString(new byte[16]) : "AAAA");
        }
        if (mode.chunked()) {
            headers.put("content-encoding", "aws-chunked");
            int said = content.length + (fault == Fault.LONGER_THAN_SAID ? -1 : fault == Fault.SHORTER_THAN_SAID ? 1 : 0);
            if (fault != Fault.NO_LENGTH) {
                headers.put("x-amz-decoded-content-length", Integer.toString(said));
            }
        }
        Signed signed = client.sign(method, path, headers, mode == Mode.HASHED ? Hashes.sha256Hex(content) : mode.payload);
        byte[] body = mode.chunked() ? chunks(content, mode, fault, signed, checksum) : fault == Fault.BYTE_CHANGED ? changed(content) : content;
        return client.send(method, path, signed.headers(), body);
    }

    private static byte[] changed(byte[] content) {
        byte[] other = content.clone();
        other[other.length / 2] ^= 1;
        return other;
    }

    private static String crc32(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        byte[] value = { (byte) (crc.getValue() >> 24), (byte) (crc.getValue() >> 16), (byte) (crc.getValue() >> 8), (byte) crc.getValue() };
        return Base64.getEncoder().encodeToString(value);
    }

    private static byte[] chunks(byte[] content, Mode mode, Fault fault, Signed signed, String checksum) throws Exception {
        int size = Math.max(8, content.length / 2);
        List<byte[]> chunks = new ArrayList<>();
        for (int at = 0; at < content.length; at += size) {
            chunks.add(chunk(Arrays.copyOfRange(content, at, Math.min(content.length, at + size)), mode, at == 0 ? fault : Fault.NONE, signed));
        }
        if (fault == Fault.CHUNKS_SWAPPED) {
            byte[] first = chunks.remove(0);
            chunks.add(first);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        chunks.forEach(body::writeBytes);
        String signature = mode.signed() ? ";chunk-signature=" + spoil(signed.chunks().next(sha256(new byte[0])), fault == Fault.LAST_CHUNK_SIGNATURE_WRONG) : "";
        body.writeBytes(bytes("0" + signature + "\r\n"));
        body.writeBytes(bytes(trailer(mode, fault, signed, checksum)));
        body.writeBytes(bytes("\r\n" + (fault == Fault.BYTES_AFTER_THE_END ? "more" : "")));
        return fault == Fault.CUT_OFF ? Arrays.copyOf(body.toByteArray(), body.size() / 2) : body.toByteArray();
    }

    private static byte[] chunk(byte[] content, Mode mode, Fault fault, Signed signed) throws Exception {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        String signature = mode.signed() ? ";chunk-signature=" + spoil(signed.chunks().next(sha256(content)), fault == Fault.WRONG_CHUNK_SIGNATURE) : "";
        String length = fault == Fault.BROKEN_CHUNK_HEADER ? "xyz" : Integer.toHexString(content.length - (fault == Fault.CHUNK_LONGER_THAN_IT_SAYS ? 1 : 0));
        chunk.writeBytes(bytes(length + (fault == Fault.NO_CHUNK_SIGNATURE ? "" : signature) + "\r\n"));
        chunk.writeBytes(fault == Fault.BYTE_CHANGED ? changed(content) : content);
        chunk.writeBytes(bytes("\r\n"));
        return chunk.toByteArray();
    }

    private static String trailer(Mode mode, Fault fault, Signed signed, String checksum) {
        boolean there = mode.trailing() && fault != Fault.NO_TRAILER || fault == Fault.UNDECLARED_TRAILER;
        String name = fault == Fault.OTHER_TRAILER ? "x-amz-checksum-crc32c" : "x-amz-checksum-crc32";
        String lines = there ? name + ":" + checksum + "\r\n" : "";
        String signature = mode.signed() && mode.trailing() && fault != Fault.NO_TRAILER_SIGNATURE
                ? "x-amz-trailer-signature:" + spoil(signed.chunks().trailer(lines.replace("\r", "")), fault == Fault.WRONG_TRAILER_SIGNATURE) + "\r\n" : "";
        return lines + signature;
    }

    private static String spoil(String signature, boolean wrong) {
        return wrong ? (signature.charAt(0) == '0' ? "1" : "0") + signature.substring(1) : signature;
    }

    private static byte[] sha256(byte[] content) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(content);
    }
}
