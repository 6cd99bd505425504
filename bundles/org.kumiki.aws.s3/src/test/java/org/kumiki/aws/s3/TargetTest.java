package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.aws.wire.Form;

class TargetTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "/|localhost:8774|''|''|/",
            "/bucket|localhost|bucket|''|/bucket",
            "/bucket/|localhost|bucket|''|/bucket/",
            "/bucket/a/b|localhost|bucket|a/b|/bucket/a/b",
            "/bucket//a|localhost|bucket|/a|/bucket//a",
            "/bucket/a%2Fb%20c+d|localhost|bucket|a/b c+d|/bucket/a%2Fb%20c+d",
            "/bucket/../x|localhost|bucket|../x|/bucket/../x",
            "/a/b|bucket.s3.localhost:8774|bucket|a/b|/bucket/a/b",
            "/|my.bucket.s3.eu-west-1.amazonaws.com|my.bucket|''|/my.bucket/",
            "/k|my.bucket.s3-eu-west-1.amazonaws.com|my.bucket|k|/my.bucket/k",
            "/bucket/k|s3.localhost:8774|bucket|k|/bucket/k" })
    void findsBucketAndKeyInPathOrHost(String path, String host, String bucket, String key, String resource) {
        assertThat(Target.of(path, host)).isEqualTo(new Target(bucket, key, resource, false));
    }

    @Test
    void knowsTheHostOfAWebsite() {
        assertThat(Target.of("/a", "site.s3-website.localhost:8774")).isEqualTo(new Target("site", "a", "/site/a", true));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/b/%", "/b/%zz", "/b/%ff" })
    void refusesKeysThatAreNoText(String path) {
        assertThatThrownBy(() -> Target.of(path, null)).isInstanceOf(S3Exception.class).extracting("code").isEqualTo("InvalidURI");
    }

    @Test
    void refusesKeysThatAreTooLong() {
        assertThat(Target.of("/b/" + "k".repeat(1024), null).key()).hasSize(1024);
        assertThatThrownBy(() -> Target.of("/b/" + "é".repeat(513), null)).extracting("code").isEqualTo("KeyTooLongError");
    }

    @ParameterizedTest
    @ValueSource(strings = { "abc", "a-b.c", "123", "a.b-c.d" })
    void takesNamesOfBuckets(String name) {
        Target.checkName(name);
    }

    @ParameterizedTest
    @ValueSource(strings = { "ab", "Abc", "a_b", "a..b", "a.-b", "a-.b", "-abc", "abc-", "192.168.1.1", "xn--abc", "abc-s3alias" })
    void refusesOtherNames(String name) {
        assertThatThrownBy(() -> Target.checkName(name)).extracting("code").isEqualTo("InvalidBucketName");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', value = {
            "GET|/|-|false|LIST_BUCKETS", "GET|/b|-|false|LIST_OBJECTS", "GET|/b|list-type=2|false|LIST_OBJECTS_2", "GET|/b|versions|false|LIST_VERSIONS",
            "GET|/b|uploads|false|LIST_UPLOADS", "GET|/b|location|false|GET_LOCATION", "GET|/b|policy|false|GET_SETTING",
            "DELETE|/b|cors|false|DELETE_SETTING", "PUT|/b|versioning|false|PUT_SETTING", "PUT|/b|acl|false|PUT_BUCKET_ACL",
            "PUT|/b|-|false|CREATE_BUCKET", "HEAD|/b|-|false|HEAD_BUCKET", "DELETE|/b|-|false|DELETE_BUCKET", "POST|/b|delete=|false|DELETE_OBJECTS",
            "POST|/b|-|false|POST_OBJECT", "OPTIONS|/b/k|-|false|PREFLIGHT",
            "PUT|/b/k|x-id=PutObject|false|PUT_OBJECT", "PUT|/b/k|-|true|COPY_OBJECT", "PUT|/b/k|partNumber=1&uploadId=u|false|UPLOAD_PART",
            "PUT|/b/k|partNumber=1&uploadId=u|true|COPY_PART", "POST|/b/k|uploads|false|CREATE_UPLOAD", "POST|/b/k|uploadId=u|false|COMPLETE_UPLOAD",
            "DELETE|/b/k|uploadId=u|false|ABORT_UPLOAD", "GET|/b/k|uploadId=u|false|LIST_PARTS", "GET|/b/k|attributes|false|GET_ATTRIBUTES",
            "GET|/b/k|-|false|GET_OBJECT", "HEAD|/b/k|-|false|HEAD_OBJECT", "GET|/b/k|tagging|false|GET_TAGGING", "PUT|/b/k|retention|false|PUT_RETENTION",
            "GET|/b/k|legal-hold|false|GET_LEGAL_HOLD", "DELETE|/b/k|versionId=v|false|DELETE_OBJECT",
            "PUT|/|-|false|MethodNotAllowed", "PATCH|/b|-|false|MethodNotAllowed", "POST|/b/k|-|false|MethodNotAllowed", "GET|/b/k|torrent|false|NotImplemented" })
    void knowsWhatIsAsked(String method, String path, String query, boolean copies, String expected) {
        String actual;
        try {
            actual = Operation.of(method, Target.of(path, "localhost"), Form.parse(query), copies).name();
        } catch (S3Exception e) {
            actual = e.code();
        }

        assertThat(actual).isEqualTo(expected);
    }
}
