package org.kumiki.aws.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.kumiki.aws.signature.Version4.Scope;

/** The examples of Amazon's documentation: a body of 65,536 and 1,024 letters. */
class ChunkChainTest {

    private static final Scope SCOPE = Scope.of(Instant.parse("2013-05-24T00:00:00Z"), "us-east-1", "s3");

    @Test
    void signsChunks() throws Exception {
        ChunkChain chain = chain("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");

        assertThat(chain.next(letters(65_536))).isEqualTo("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
        assertThat(chain.next(letters(1024))).isEqualTo("0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
        assertThat(chain.next(letters(0))).isEqualTo("b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
    }

    @Test
    void signsATrailer() throws Exception {
        ChunkChain chain = chain("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");

        assertThat(chain.next(letters(65_536))).isEqualTo("b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2");
        assertThat(chain.next(letters(1024))).isEqualTo("1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7");
        assertThat(chain.next(letters(0))).isEqualTo("2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992");
        assertThat(chain.trailer("x-amz-checksum-crc32c:sOO8/Q==\n")).isEqualTo("d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435");
    }

    private static ChunkChain chain(String seed) {
        Hmac key = new Version4().signingKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", SCOPE);
        return new ChunkChain(key, "20130524T000000Z", SCOPE.toString(), seed);
    }

    private static byte[] letters(int count) throws Exception {
        byte[] letters = new byte[count];
        Arrays.fill(letters, (byte) 'a');
        return MessageDigest.getInstance("SHA-256").digest(letters);
    }
}
