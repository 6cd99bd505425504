package org.kumiki.aws.simpledb;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.table.Position;

/**
 * Where a client goes on. It names a place in the answers to the client's own question, and a digest of place, question and account: so a token for
 * anything else, or one that is not whole, is refused. It holds no secret, and is good for ever, whatever is restarted.
 */
final class NextToken {

    private static final int DIGEST = 16;

    private NextToken() {
    }

    /** @param question whatever the place is good for */
    static String of(AccountId account, String question, Position position) {
        byte[] place = bytes(position.value(), position.item());
        ByteArrayOutputStream token = new ByteArrayOutputStream();
        token.writeBytes(digest(account, question, place));
        token.writeBytes(place);
        return Base64.getEncoder().encodeToString(token.toByteArray());
    }

    /** @throws org.kumiki.aws.wire.AwsException InvalidNextToken */
    static Position read(AccountId account, String question, String token) {
        try {
            byte[] bytes = Base64.getDecoder().decode(token);
            if (bytes.length < DIGEST) {
                throw Refusals.token();
            }
            byte[] place = Arrays.copyOfRange(bytes, DIGEST, bytes.length);
            if (!MessageDigest.isEqual(Arrays.copyOf(bytes, DIGEST), digest(account, question, place))) {
                throw Refusals.token();
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(place));
            return new Position(text(in), text(in));
        } catch (IllegalArgumentException | IOException e) {
            throw Refusals.token();
        }
    }

    private static byte[] digest(AccountId account, String question, byte[] place) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes(account.value(), question));
            return Arrays.copyOf(digest.digest(place), DIGEST);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Each with its length before it, so that where one ends is no matter of opinion. */
    private static byte[] bytes(String... texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (String text : texts) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                out.writeInt(utf8.length);
                out.write(utf8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] text = in.readNBytes(length);
        if (text.length != length) {
            throw new IOException("the token ends too early");
        }
        return new String(text, StandardCharsets.UTF_8);
    }
}
