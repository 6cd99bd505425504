package org.kumiki.storage.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Records as bytes: a line with their checksum, and JSON. Fields that are not known are passed over, so that a newer platform may write more. */
final class Codec {

    private static final ObjectMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final int LINE = 9;

    private Codec() {
    }

    static byte[] encode(Object value) {
        try {
            byte[] json = JSON.writeValueAsBytes(value);
            return ByteBuffer.allocate(LINE + json.length).put(line(json, 0)).put(json).array();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not text in UTF-8: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * @param name of the object of the cluster, for the message
     * @throws BlobException if these are not the bytes that were made of it
     */
    static <T> T decode(String name, byte[] bytes, Class<T> type) {
        if (bytes.length < LINE || !Arrays.equals(line(bytes, LINE), 0, LINE, bytes, 0, LINE)) {
            throw new BlobException(Reason.CORRUPT, "the cluster's object " + name + " is not what was put there: its checksum differs");
        }
        try {
            return JSON.readValue(bytes, LINE, bytes.length - LINE, type);
        } catch (IOException e) {
            throw new BlobException(Reason.CORRUPT, "the cluster's object " + name + " was written by something else: " + e.getMessage(), e);
        }
    }

    private static byte[] line(byte[] bytes, int from) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, bytes.length - from);
        return "%08x\n".formatted(checksum.getValue()).getBytes(US_ASCII);
    }
}
