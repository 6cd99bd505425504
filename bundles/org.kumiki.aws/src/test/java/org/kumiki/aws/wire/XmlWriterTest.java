package org.kumiki.aws.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.kumiki.aws.wire.Service.Protocol;

class XmlWriterTest {

    private static final Service EC2 = Service.read(XmlWriterTest.class.getResourceAsStream("shop-ec2.json"));
    private static final Service QUERY = Service.read(XmlWriterTest.class.getResourceAsStream("shop-query.json"));

    @Test
    void writesAnAnswerOfEc2() {
        Structure output = order(EC2).put("OrderId", "o-1").put("At", Instant.parse("2026-11-23T09:30:00.123456Z")).put("Count", 3)
                .put("Weight", 2.0).put("Gift", false).put("Picture", new byte[] { 'a', 'b' })
                .list("Lines", List.of("x", "y"), (what, line) -> line.put("What", what).put("Marks", List.of("m", "n")))
                .build();

        assertThat(answer(EC2, "Order", output)).isEqualTo("""
                <?xml version="1.0" encoding="UTF-8"?>
                <OrderResponse xmlns="http://shop.example.org/doc/2019-05-05"><requestId>r-1</requestId>\
                <orderId>o-1</orderId><at>2026-11-23T09:30:00.123Z</at><count>3</count><weight>2.0</weight><gift>false</gift>\
                <picture>YWI=</picture><lineSet>\
                <item><what>x</what><Mark><item>m</item><item>n</item></Mark></item>\
                <item><what>y</what><Mark><item>m</item><item>n</item></Mark></item>\
                </lineSet></OrderResponse>""");
    }

    @Test
    void saysThatItIsDoneWhereThereIsNothingElseToSay() {
        assertThat(answer(EC2, "Cancel", EC2.operation("Cancel").orElseThrow().output().build().build()))
                .endsWith("<requestId>r-1</requestId><return>true</return></CancelResponse>");
    }

    @Test
    void writesAnAnswerOfTheQueryProtocol() {
        Structure output = order(QUERY).put("Plain", List.of("a")).put("Flat", List.of("b", "c"))
                .put("Attributes", Map.of("k", "v")).put("FlatMap", Map.of("n", "w")).build();

        assertThat(answer(QUERY, "Order", output)).endsWith("""
                <OrderResult><Plain><member>a</member></Plain><Thing>b</Thing><Thing>c</Thing>\
                <Attributes><entry><key>k</key><value>v</value></entry></Attributes>\
                <FlatMap><Name>n</Name><Value>w</Value></FlatMap></OrderResult>\
                <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></OrderResponse>""");
    }

    @Test
    void writesErrorsInTheShapeOfEachProtocol() {
        AwsException error = AwsException.refuse("InvalidThing", "not <this> & not \"that\"");

        assertThat(new String(XmlWriter.error(Protocol.EC2, error, "r-1"), StandardCharsets.UTF_8)).endsWith("""
                <Response><Errors><Error><Code>InvalidThing</Code><Message>not &lt;this&gt; &amp; not "that"</Message></Error></Errors>\
                <RequestID>r-1</RequestID></Response>""");
        assertThat(new String(XmlWriter.error(Protocol.QUERY, error, "r-1"), StandardCharsets.UTF_8)).endsWith("""
                <ErrorResponse><Error><Type>Sender</Type><Code>InvalidThing</Code>\
                <Message>not &lt;this&gt; &amp; not "that"</Message></Error><RequestId>r-1</RequestId></ErrorResponse>""");
    }

    @Test
    void carriesEveryTextThatXmlCanCarry() throws Exception {
        String text = "<&>\"' \t\n\r ]]> é 組木 😀 \u007f\u0085\u2028";

        assertThat(parsed(text)).isEqualTo(text);
    }

    @Test
    void replacesWhatXmlCannotCarry() throws Exception {
        assertThat(parsed("a\u0000b\u001bc\ufffed\ud800e\udc00")).isEqualTo("a\ufffdb\ufffdc\ufffdd\ufffde\ufffd");
    }

    @Test
    void growsWithItsText() throws Exception {
        String text = "&組😀".repeat(20_000);

        assertThat(parsed(text)).isEqualTo(text);
    }

    @Test
    void writesTimesOfEveryAge() {
        for (String time : List.of("1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2000-02-29T12:34:56.007Z",
                "9999-12-31T23:59:59.000Z")) {
            assertThat(XmlWriter.time(Instant.parse(time))).isEqualTo(time);
        }
    }

    @Test
    void refusesAFacadesMistakes() {
        assertThatThrownBy(() -> order(EC2).put("orderId", "x")).hasMessageContaining("no member orderId");
        assertThatThrownBy(() -> order(EC2).put("OrderId", 5)).hasMessageContaining("Integer is no String");
        assertThatThrownBy(() -> order(EC2).put("Count", "5")).hasMessageContaining("String is no SmallNumber");
        assertThatThrownBy(() -> order(EC2).put("Lines", List.of("x"))).hasMessageContaining("String is no Line");
        assertThatThrownBy(() -> order(EC2).put("Gift", List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> order(EC2).structure("Lines", line -> { })).hasMessageContaining("no structure");
        assertThatThrownBy(() -> order(EC2).list("OrderId", List.of(), (item, line) -> { })).hasMessageContaining("no list");
    }

    private static Structure.Builder order(Service service) {
        return service.operation("Order").orElseThrow().output().build();
    }

    private static String answer(Service service, String operation, Structure output) {
        return new String(XmlWriter.answer(service, service.operation(operation).orElseThrow(), "2019-05-05", "r-1", output),
                StandardCharsets.UTF_8);
    }

    private static String parsed(String text) throws Exception {
        byte[] xml = XmlWriter.answer(EC2, EC2.operation("Order").orElseThrow(), "2020-01-01", "r", order(EC2).put("OrderId",
                text).build());
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(xml))
                .getElementsByTagName("orderId").item(0).getTextContent();
    }
}
