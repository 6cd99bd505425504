package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kumiki.testing.Python;

import com.amazonaws.services.simpledb.AmazonSimpleDB;
import com.amazonaws.services.simpledb.AmazonSimpleDBClient;
import com.amazonaws.services.simpledb.model.AmazonSimpleDBException;
import com.amazonaws.services.simpledb.model.Attribute;
import com.amazonaws.services.simpledb.model.BatchDeleteAttributesRequest;
import com.amazonaws.services.simpledb.model.BatchPutAttributesRequest;
import com.amazonaws.services.simpledb.model.CreateDomainRequest;
import com.amazonaws.services.simpledb.model.DeletableItem;
import com.amazonaws.services.simpledb.model.DeleteAttributesRequest;
import com.amazonaws.services.simpledb.model.DeleteDomainRequest;
import com.amazonaws.services.simpledb.model.DomainMetadataRequest;
import com.amazonaws.services.simpledb.model.DomainMetadataResult;
import com.amazonaws.services.simpledb.model.GetAttributesRequest;
import com.amazonaws.services.simpledb.model.Item;
import com.amazonaws.services.simpledb.model.PutAttributesRequest;
import com.amazonaws.services.simpledb.model.ReplaceableAttribute;
import com.amazonaws.services.simpledb.model.ReplaceableItem;
import com.amazonaws.services.simpledb.model.SelectRequest;
import com.amazonaws.services.simpledb.model.SelectResult;
import com.amazonaws.services.simpledb.model.UpdateCondition;

/** Clients of SimpleDB, unchanged: each makes a domain, puts items into it, finds and changes them, and leaves nothing. */
class TableClientsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String DOMAIN = "java-sdk-1";
    private static final String ITEM = "é & <b>";

    private static Platform platform;

    @BeforeAll
    static void start() {
        platform = Platform.prepare().start();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    /** Each Python that has boto3, with either signature. */
    @TestFactory
    Stream<DynamicTest> boto3DoesWhatAnApplicationDoes() {
        Map<String, Path> pythons = Python.with("boto3");
        assumeTrue(!pythons.isEmpty(), "no Python here has boto3");
        Path walk = Path.of("../org.kumiki.aws.simpledb/src/test/python/walk.py").toAbsolutePath();
        return pythons.entrySet().stream().map(python -> DynamicTest.dynamicTest("boto3 of " + python.getKey(), () -> assertThat(
                Program.python(python.getValue()).and(walk.toString(), platform.endpoint().toString(), platform.accessKey(), platform.secretKey())
                        .within(PATIENCE).run().text()).isEqualTo("walked")));
    }

    @Test
    void theJavaSdkDoesTheSame() {
        AmazonSimpleDBClient client = platform.tables();
        try {
            walkThrough(client);
        } finally {
            client.shutdown();
        }
    }

    private static void walkThrough(AmazonSimpleDB client) {
        client.createDomain(new CreateDomainRequest(DOMAIN));
        assertThat(client.listDomains().getDomainNames()).contains(DOMAIN);
        refused("NoSuchDomain", () -> client.domainMetadata(new DomainMetadataRequest("none")));
        refused("InvalidParameterValue", () -> client.createDomain(new CreateDomainRequest("a b")));

        client.putAttributes(new PutAttributesRequest(DOMAIN, ITEM, attributes("color", "red", "size", "07")));
        client.putAttributes(new PutAttributesRequest(DOMAIN, ITEM, List.of(new ReplaceableAttribute("color", "blue", false))));
        assertThat(values(client, "color")).containsExactly("blue", "red");
        refused("ConditionalCheckFailed", () -> client.putAttributes(new PutAttributesRequest(DOMAIN, ITEM, attributes("size", "8"),
                new UpdateCondition("size", "8", true))));
        refused("AttributeDoesNotExist", () -> client.putAttributes(new PutAttributesRequest(DOMAIN, "new", attributes("size", "8"),
                new UpdateCondition().withName("size").withValue("8"))));
        client.putAttributes(new PutAttributesRequest(DOMAIN, ITEM, attributes("size", "08"), new UpdateCondition("size", "07", true)));
        client.deleteAttributes(new DeleteAttributesRequest(DOMAIN, ITEM, List.of(new Attribute("color", "red"))));
        client.deleteAttributes(new DeleteAttributesRequest(DOMAIN, ITEM, List.of(new Attribute().withName("size"))));
        assertThat(values(client, "color")).containsExactly("blue");
        assertThat(values(client, "size")).isEmpty();

        IntStream.range(0, 10).forEach(batch -> client.batchPutAttributes(new BatchPutAttributesRequest(DOMAIN, IntStream.range(0, 25)
                .mapToObj(i -> numbered(batch * 25 + i)).toList())));
        assertThat(pages(client, "select n from `" + DOMAIN + "` where n > 'item009' order by n desc limit 50")).hasSize(5)
                .flatExtracting(page -> page).isEqualTo(IntStream.iterate(249, i -> i > 9, i -> i - 1).mapToObj(TableClientsTest::name).toList());
        List<Item> count = client.select(new SelectRequest("select count(*) from `" + DOMAIN + "` where even = 'true'", true)).getItems();
        assertThat(count.get(0).getAttributes().get(0).getValue()).isEqualTo("130");
        refused("InvalidQueryExpression", () -> client.select(new SelectRequest("select * from")));
        refused("InvalidNextToken", () -> client.select(new SelectRequest("select * from `" + DOMAIN + "`").withNextToken("x")));

        DomainMetadataResult metadata = client.domainMetadata(new DomainMetadataRequest(DOMAIN));
        assertThat(metadata.getItemCount()).isEqualTo(251);
        assertThat(metadata.getAttributeNameCount()).isEqualTo(3);
        client.batchDeleteAttributes(new BatchDeleteAttributesRequest(DOMAIN,
                IntStream.range(0, 25).mapToObj(i -> new DeletableItem().withName(name(i))).toList()));
        assertThat(client.domainMetadata(new DomainMetadataRequest(DOMAIN)).getItemCount()).isEqualTo(226);
        assertThat(platform.kumiki("shell", "domains").run().text()).contains(DOMAIN);
        client.deleteDomain(new DeleteDomainRequest(DOMAIN));
        assertThat(client.listDomains().getDomainNames()).doesNotContain(DOMAIN);
    }

    private static ReplaceableItem numbered(int number) {
        return new ReplaceableItem(name(number), attributes("n", name(number), "even", "" + (number % 25 % 2 == 0)));
    }

    private static String name(int number) {
        return "item%03d".formatted(number);
    }

    private static List<ReplaceableAttribute> attributes(String... namesAndValues) {
        return IntStream.range(0, namesAndValues.length / 2)
                .mapToObj(i -> new ReplaceableAttribute(namesAndValues[2 * i], namesAndValues[2 * i + 1], true)).toList();
    }

    private static List<String> values(AmazonSimpleDB client, String attribute) {
        return client.getAttributes(new GetAttributesRequest(DOMAIN, ITEM).withAttributeNames(attribute).withConsistentRead(true)).getAttributes()
                .stream().map(Attribute::getValue).toList();
    }

    private static List<List<String>> pages(AmazonSimpleDB client, String expression) {
        List<List<String>> pages = new ArrayList<>();
        SelectRequest request = new SelectRequest(expression);
        do {
            SelectResult page = client.select(request);
            pages.add(page.getItems().stream().map(Item::getName).toList());
            request = new SelectRequest(expression).withNextToken(page.getNextToken());
        } while (request.getNextToken() != null);
        return pages;
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(AmazonSimpleDBException.class, e -> assertThat(e.getErrorCode()).isEqualTo(code));
    }
}
