package org.kumiki.aws.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.aws.policy.Policy.Question;
import org.kumiki.aws.policy.Policy.Verdict;

class PolicyTest {

    private static final String ME = "000000000001";
    private static final Terms TERMS = new Terms("s3", resource -> resource.startsWith("arn:aws:s3:::b"), Set.of("s3:dataaccesspointaccount"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "'*'|s3:GetObject|b/*|ALLOW", "{'AWS':'*'}|s3:Get*|b/k*|ALLOW", "{'AWS':['000000000002','arn:aws:iam::000000000001:root']}|s3:*|b/k?y|ALLOW",
            "{'AWS':'arn:aws:iam::000000000001:user/me'}|*|*|ALLOW", "{'CanonicalUser':'000000000001'}|s3:getobject|b/key|ALLOW",
            "{'AWS':'000000000002'}|s3:GetObject|b/*|SILENT", "'*'|s3:PutObject|b/*|SILENT", "'*'|s3:GetObject|b|SILENT", "'*'|s3:GetObject|b/other|SILENT" })
    void allowsWhomItNamesWhatItNames(String principal, String action, String resource, Verdict expected) {
        Policy policy = parse("{'Effect':'Allow','Principal':" + principal + ",'Action':'" + action + "','Resource':'"
                + (resource.equals("*") ? "*" : "arn:aws:s3:::" + resource) + "'}");

        assertThat(policy.judge(question(ME, Map.of()))).isEqualTo(expected);
    }

    @Test
    void deniesWhatIsAllowedToo() {
        Policy policy = parse("{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*'},"
                + "{'Effect':'Deny','NotPrincipal':{'AWS':'000000000001'},'Action':'s3:GetObject','Resource':'*'}");

        assertThat(policy.judge(question(ME, Map.of()))).isEqualTo(Verdict.ALLOW);
        assertThat(policy.judge(question("000000000002", Map.of()))).isEqualTo(Verdict.DENY);
        assertThat(policy.judge(question("", Map.of()))).isEqualTo(Verdict.DENY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            "StringEquals|a|a|true", "StringEquals|a|b|false", "StringEquals|a|-|false", "StringEqualsIfExists|a|-|true", "StringNotEquals|a|b|true",
            "StringNotEquals|a|-|true", "StringEqualsIgnoreCase|A|a|true", "StringLike|a*c|abbc|true", "StringNotLike|a*|abc|false",
            "IpAddress|10.0.0.0/8|10.9.8.7|true", "IpAddress|10.0.0.0/8|11.0.0.1|false", "NotIpAddress|10.0.0.0/8|11.0.0.1|true",
            "IpAddress|::1|::1|true", "IpAddress|10.0.0.0/99|10.0.0.1|false", "IpAddress|host|10.0.0.1|false", "Bool|true|true|true", "Bool|true|false|false",
            "NumericLessThanEquals|10|10|true", "NumericLessThan|10|10|false", "NumericLessThan|10|x|false", "DateGreaterThan|2020-01-01T00:00:00Z|2021-01-01T00:00:00Z|true",
            "Null|true|-|true", "Null|true|a|false", "Null|false|a|true", "ForAllValues:StringLike|a*|abc|true", "ForAnyValue:StringEquals|a|-|false",
            "ForAllValues:StringEquals|a|-|true" })
    void looksAtConditions(String operator, String wanted, String actual, boolean expected) {
        Policy policy = parse("{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'" + operator + "':{'aws:Thing':'" + wanted
                + "'}}}");

        Verdict verdict = policy.judge(question(ME, actual == null ? Map.of() : Map.of("aws:thing", List.of(actual))));

        assertThat(verdict == Verdict.ALLOW).isEqualTo(expected);
    }

    @Test
    void tellsServicesFromAccounts() {
        Policy policy = parse("{'Effect':'Allow','Principal':{'Service':'s3.amazonaws.com'},'Action':'s3:*','Resource':'*'}");
        Question service = new Question("", "s3.amazonaws.com", "s3:GetObject", "arn:aws:s3:::b/key", name -> List.of());

        assertThat(policy.judge(service)).isEqualTo(Verdict.ALLOW);
        assertThat(policy.judge(question(ME, Map.of()))).isEqualTo(Verdict.SILENT);
        assertThat(policy.judge(question("", Map.of()))).isEqualTo(Verdict.SILENT);
        assertThat(policy.isPublic()).isFalse();
    }

    @Test
    void isPublicIfNothingNarrowsIt() {
        assertThat(parse("{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*'}").isPublic()).isTrue();
        assertThat(parse("{'Effect':'Allow','Principal':{'AWS':'000000000001'},'Action':'s3:*','Resource':'*'}").isPublic()).isFalse();
        assertThat(parse("{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'*'}").isPublic()).isFalse();
        assertThat(parse("{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}}}")
                .isPublic()).isFalse();
        assertThat(parse("{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'StringEquals':{'s3:DataAccessPointAccount':'1'}}}")
                .isPublic()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "[]", "{'Effect':'Maybe','Principal':'*','Action':'s3:*','Resource':'*'}", "{'Effect':'Allow','Action':'s3:*','Resource':'*'}",
            "{'Effect':'Allow','Principal':'*','Resource':'*'}", "{'Effect':'Allow','Principal':'*','Action':'ec2:Run','Resource':'*'}",
            "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::other/*'}",
            "{'Effect':'Allow','NotPrincipal':'*','Action':'s3:*','Resource':'*'}",
            "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'StringIsh':{'a':'b'}}}" })
    void refusesWhatItCannotJudgeBy(String statement) {
        assertThatThrownBy(() -> parse(statement)).isInstanceOf(PolicyException.class);
    }

    @Test
    void matchesPatternsWithoutTakingLong() {
        assertThat(Patterns.like("*a".repeat(40) + "b", "a".repeat(5000))).isFalse();
        assertThat(Patterns.like("a?c*", "abc")).isTrue();
        assertThat(Patterns.like("", "")).isTrue();
        assertThat(Patterns.like("a", "")).isFalse();
    }

    private static Policy parse(String statements) {
        return Policy.parse(("{'Version':'2012-10-17','Statement':[" + statements + "]}").replace('\'', '"'), TERMS);
    }

    private static Question question(String account, Map<String, List<String>> values) {
        return new Question(account, "s3:GetObject", "arn:aws:s3:::b/key", name -> values.getOrDefault(name, List.of()));
    }
}
