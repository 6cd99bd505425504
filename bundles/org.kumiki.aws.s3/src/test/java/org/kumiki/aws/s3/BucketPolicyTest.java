package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.aws.policy.Policy;

class BucketPolicyTest {

    @ParameterizedTest
    @ValueSource(strings = { "*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::*" })
    void speaksOfItsBucket(String resource) {
        assertThat(parse(resource).isPublic()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "b", "arn:aws:s3:::other", "arn:aws:s3:::other/*", "arn:aws:sqs:::b" })
    void speaksOfNoOther(String resource) {
        assertThatThrownBy(() -> parse(resource)).extracting("code").isEqualTo("MalformedPolicy");
    }

    @Test
    void isJson() {
        assertThatThrownBy(() -> BucketPolicy.parse("<Policy/>", "b")).isInstanceOf(S3Exception.class).hasMessageContaining("valid JSON");
    }

    private static Policy parse(String resource) {
        return BucketPolicy.parse("{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'RESOURCE'}}"
                .replace('\'', '"').replace("RESOURCE", resource), "b");
    }
}
