package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.aws.s3.Terms.Outcome;

/** Which part of an object is read, on which terms, and how it is opened. */
class ReadsTest {

    @ParameterizedTest
    @CsvSource({ "bytes=0-0,0,0", "bytes=2-5,2,5", "bytes=2-,2,9", "bytes=2-99,2,9", "bytes=-3,7,9", "bytes=-99,0,9" })
    void findsARange(String header, long first, long last) {
        assertThat(Range.of(header, 10)).contains(new Range(first, last));
    }

    @ParameterizedTest
    @ValueSource(strings = { "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5" })
    void asksForAllByARangeThatIsNone(String header) {
        assertThat(Range.of(header, 10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "bytes=10-", "bytes=10-20", "bytes=-0" })
    void refusesARangeBeyondTheEnd(String header) {
        assertThatThrownBy(() -> Range.of(header, 10)).extracting("code").isEqualTo("InvalidRange");
        assertThatThrownBy(() -> Range.of("bytes=0-0", 0)).extracting("code").isEqualTo("InvalidRange");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', value = {
            "-|-|-|-|GO_ON", "\"e\"|-|-|-|GO_ON", "e|-|-|-|GO_ON", "*|-|-|-|GO_ON", "\"x\", \"e\"|-|-|-|GO_ON", "\"x\"|-|-|-|IF_MATCH_FAILED",
            "-|\"e\"|-|-|NOT_MODIFIED", "-|*|-|-|NOT_MODIFIED", "-|\"x\"|-|-|GO_ON", "-|-|Tue, 01 Jan 2030 00:00:00 GMT|-|NOT_MODIFIED",
            "-|-|Thu, 01 Jan 2026 00:00:00 GMT|-|NOT_MODIFIED", "-|-|Wed, 31 Dec 2025 23:59:59 GMT|-|GO_ON", "-|-|nonsense|-|GO_ON",
            "-|-|-|Wed, 31 Dec 2025 23:59:59 GMT|IF_UNMODIFIED_FAILED", "-|-|-|Thu, 01 Jan 2026 00:00:00 GMT|GO_ON",
            "\"e\"|-|-|Wed, 31 Dec 2025 23:59:59 GMT|GO_ON", "-|\"x\"|Tue, 01 Jan 2030 00:00:00 GMT|-|GO_ON" })
    void weighsConditionsAsHttpDoes(String match, String noneMatch, String since, String unmodified, Outcome expected) {
        Terms terms = new Terms(Optional.ofNullable(match), Optional.ofNullable(noneMatch), Optional.ofNullable(since), Optional.ofNullable(unmodified));

        assertThat(terms.of("e", Instant.parse("2026-01-01T00:00:00.500Z"))).isEqualTo(expected);
    }

    @Test
    void opensAnyRangeOfWhatIsSealed() throws Exception {
        byte[] plain = new byte[3 * Sealing.SEGMENT + 17];
        new Random(3).nextBytes(plain);
        Sealing sealing = new Sealing(new byte[32], "salt");
        byte[] sealed = sealing.seal(new ByteArrayInputStream(plain)).readAllBytes();

        assertThat(sealed).hasSize((int) Sealing.sealed(plain.length));
        for (Range range : List.of(new Range(0, plain.length - 1), new Range(0, 0), new Range(plain.length - 1, plain.length - 1),
                new Range(Sealing.SEGMENT - 1, Sealing.SEGMENT), new Range(70_000, 190_000))) {
            Range stored = Sealing.sealed(range, plain.length);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteBuffer bytes = ByteBuffer.wrap(sealed, (int) stored.first(), (int) stored.length());
            sealing.open(plain.length, range, buffer -> Content.write(buffer, out)).accept(bytes);

            assertThat(out.toByteArray()).isEqualTo(Arrays.copyOfRange(plain, (int) range.first(), (int) range.last() + 1));
        }
    }

    @Test
    void handsOnNothingThatWasChanged() throws Exception {
        Sealing sealing = new Sealing(new byte[32], "salt");
        byte[] sealed = sealing.seal(new ByteArrayInputStream(new byte[1000])).readAllBytes();
        sealed[500] ^= 1;

        assertThatThrownBy(() -> sealing.open(1000, new Range(0, 999), buffer -> {
            throw new AssertionError("handed on");
        }).accept(ByteBuffer.wrap(sealed))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void pagesThroughNamesAndGroups() {
        List<String> names = List.of("a", "b/1", "b/2", "c/1", "d");

        assertThat(Listings.page(names, name -> name, "", "/", name -> true, 3))
                .isEqualTo(new Listings.Page<>(List.of("a"), List.of("b/", "c/"), true));
        assertThat(Listings.page(names, name -> name, "b/", "/", name -> true, 3)).isEqualTo(new Listings.Page<>(List.of("b/1", "b/2"), List.of(), false));
        assertThat(Listings.page(names, name -> name, "", "", name -> name.compareTo("b/1") > 0, 2))
                .isEqualTo(new Listings.Page<>(List.of("b/2", "c/1"), List.of(), true));
    }
}
