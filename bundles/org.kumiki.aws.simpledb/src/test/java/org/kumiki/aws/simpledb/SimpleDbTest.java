package org.kumiki.aws.simpledb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.kumiki.aws.simpledb.Client.Answer;
import org.kumiki.aws.simpledb.Client.Style;
import org.kumiki.aws.wire.Json;
import org.kumiki.aws.wire.Form;
import org.kumiki.testing.TwoAccounts;
import org.w3c.dom.Element;

/** The façade before the real store; what a long walk shows is in {@link BotoTest}. */
@Timeout(180)
class SimpleDbTest {

    private static final Path RESOURCES = Path.of("src/main/resources/org/kumiki/aws/simpledb");

    @TempDir
    Path data;

    private TestCloud cloud;
    private Client client;
    private Client other;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(data);
        client = new Client(cloud.endpoint(), TwoAccounts.KEY, TwoAccounts.SECRET, Style.FORM_V4);
        other = new Client(cloud.endpoint(), TwoAccounts.OTHER_KEY, TwoAccounts.SECRET, Style.FORM_V4);
        client.call("CreateDomain", "DomainName", "books");
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void takesEverySignature(Style style) {
        Client signing = new Client(cloud.endpoint(), TwoAccounts.KEY, TwoAccounts.SECRET, style);

        assertThat(put(signing, "é & <b>", "a b", "x+y=z").code()).isEqualTo("OK");
        assertThat(get(signing, "é & <b>").attributes()).containsExactly("a b=x+y=z");
        assertThat(new Client(cloud.endpoint(), TwoAccounts.KEY, "wrong", style).call("ListDomains").code()).isEqualTo("SignatureDoesNotMatch");
        assertThat(new Client(cloud.endpoint(), "AKIANOBODY", "x", style).call("ListDomains").code()).isEqualTo("InvalidClientTokenId");
        assertThat(new Client(cloud.endpoint(), TwoAccounts.DISABLED_KEY, TwoAccounts.SECRET, style).call("ListDomains").code()).isEqualTo("InvalidClientTokenId");
    }

    @Test
    void answersInItsOwnShape() {
        Answer listed = client.call("ListDomains");
        Answer refused = select("select");

        assertThat(listed.xml().getDocumentElement().getAttribute("xmlns")).isEqualTo("http://sdb.amazonaws.com/doc/2009-04-15/");
        assertThat(path(listed.elements("BoxUsage").get(0))).isEqualTo("ListDomainsResponse/ResponseMetadata/BoxUsage");
        assertThat(path(listed.elements("DomainName").get(0))).isEqualTo("ListDomainsResponse/ListDomainsResult/DomainName");
        assertThat(path(refused.elements("BoxUsage").get(0))).isEqualTo("Response/Errors/Error/BoxUsage");
        assertThat(path(refused.elements("Code").get(0))).isEqualTo("Response/Errors/Error/Code");
        assertThat(path(refused.elements("RequestID").get(0))).isEqualTo("Response/RequestID");
    }

    private static String path(Element element) {
        return element.getParentNode() instanceof Element parent ? path(parent) + "/" + element.getTagName() : element.getTagName();
    }

    @Test
    void domainsOfOthersDoNotExist() {
        put(client, "a", "x", "1");

        assertThat(other.call("ListDomains").all("DomainName")).isEmpty();
        assertThat(other.call("DomainMetadata", "DomainName", "books").code()).isEqualTo("NoSuchDomain");
        assertThat(get(other, "a").code()).isEqualTo("NoSuchDomain");
        assertThat(put(other, "a", "x", "2").code()).isEqualTo("NoSuchDomain");
        assertThat(other.call("Select", "SelectExpression", "select * from books").code()).isEqualTo("NoSuchDomain");
        assertThat(other.call("DeleteDomain", "DomainName", "books").code()).isEqualTo("OK");
        assertThat(get(client, "a").attributes()).containsExactly("x=1");
        other.call("CreateDomain", "DomainName", "books");
        assertThat(other.call("Select", "SelectExpression", "select * from books").items()).isEmpty();
    }

    @Test
    void listsDomainsPageByPage() {
        IntStream.range(0, 7).forEach(i -> client.call("CreateDomain", "DomainName", "page-" + i));

        Answer first = client.call("ListDomains", "MaxNumberOfDomains", "5");
        Answer second = client.call("ListDomains", "MaxNumberOfDomains", "5", "NextToken", first.one("NextToken"));

        assertThat(Stream.of(first, second).flatMap(page -> page.all("DomainName").stream()).toList()).hasSize(8).isSorted();
        assertThat(second.all("NextToken")).isEmpty();
        assertThat(other.call("ListDomains", "NextToken", first.one("NextToken")).code()).isEqualTo("InvalidNextToken");
        assertThat(client.call("ListDomains", "MaxNumberOfDomains", "101").message())
                .isEqualTo("Value (101) for parameter MaxNumberOfDomains is invalid. MaxNumberOfDomains must be between 1 and 100.");
    }

    @Test
    void anAccountHasSoManyDomainsAndNoMore() {
        IntStream.range(1, Bounds.MOST_DOMAINS).forEach(i -> client.call("CreateDomain", "DomainName", "domain-" + i));

        Answer refused = client.call("CreateDomain", "DomainName", "one-more");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("NumberDomainsExceeded");
        assertThat(client.call("CreateDomain", "DomainName", "books").code()).isEqualTo("OK");
    }

    @Test
    void measuresADomain() {
        put(client, "ab", "color", "red", "color", "blue", "size", "1");

        Answer metadata = client.call("DomainMetadata", "DomainName", "books");

        assertThat(Stream.of("ItemCount", "ItemNamesSizeBytes", "AttributeNameCount", "AttributeNamesSizeBytes", "AttributeValueCount",
                "AttributeValuesSizeBytes").map(metadata::one).toList()).containsExactly("1", "2", "2", "9", "3", "8");
        assertThat(Long.parseLong(metadata.one("Timestamp"))).isCloseTo(Clock.systemUTC().instant().getEpochSecond(),
                org.assertj.core.data.Offset.offset(3_600L));
    }

    @Test
    void replacesAndDeletes() {
        put(client, "a", "x", "1", "x", "2", "y", "1");
        client.call("PutAttributes", "DomainName", "books", "ItemName", "a", "Attribute.1.Name", "x", "Attribute.1.Value", "3",
                "Attribute.1.Replace", "true");
        assertThat(get(client, "a").attributes()).containsExactly("x=3", "y=1");
        assertThat(get(client, "a", "AttributeName.1", "y", "AttributeName.2", "none").attributes()).containsExactly("y=1");

        client.call("DeleteAttributes", "DomainName", "books", "ItemName", "a", "Attribute.1.Name", "x");
        assertThat(get(client, "a").attributes()).containsExactly("y=1");
        client.call("DeleteAttributes", "DomainName", "books", "ItemName", "a");
        assertThat(get(client, "a").attributes()).isEmpty();
        assertThat(client.call("DeleteAttributes", "DomainName", "books", "ItemName", "a").code()).isEqualTo("OK");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Expected.Name=v&Expected.Value=1                       | 200 | OK | ",
            "Expected.1.Name=v&Expected.1.Value=1&Expected.1.Exists=true | 200 | OK | ",
            "Expected.Name=none&Expected.Exists=false               | 200 | OK | ",
            "Expected.Name=v&Expected.Value=2                       | 409 | ConditionalCheckFailed | "
                    + "Conditional check failed. Attribute (v) value is (1) but was expected (2)",
            "Expected.Name=v&Expected.Exists=false                  | 409 | ConditionalCheckFailed | "
                    + "Conditional check failed. Attribute (v) value exists",
            "Expected.Name=none&Expected.Value=1                    | 404 | AttributeDoesNotExist | Attribute (none) does not exist",
            "Expected.Name=many&Expected.Value=1                    | 409 | MultiValuedAttribute | "
                    + "Attribute (many) is multi-valued. Conditional check can only be performed on a single-valued attribute",
            "Expected.Name=v&Expected.Value=1&Expected.Exists=false | 400 | ExistsAndExpectedValue | "
                    + "Expected.Exists=false and Expected.Value cannot be specified together",
            "Expected.Name=v&Expected.Exists=true                   | 400 | IncompleteExpectedExpression | "
                    + "If Expected.Exists=true or unspecified, then Expected.Value has to be specified",
            "Expected.1.Name=v&Expected.1.Exists=false&Expected.2.Name=w&Expected.2.Exists=false | 400 | MultipleExpectedNames | "
                    + "Only one Expected.Name can be specified",
            "Expected.1.Name=v&Expected.1.Exists=false&Expected.2.Exists=false | 400 | MultipleExistsConditions | "
                    + "Only one Exists condition can be specified" })
    void decidesOnWhatIsExpected(String expected, int status, String code, String message) {
        put(client, "a", "v", "1", "many", "1", "many", "2");
        for (String action : List.of("PutAttributes", "DeleteAttributes")) {
            List<String> parameters = new ArrayList<>(List.of("DomainName", "books", "ItemName", "a",
                    "Attribute.1.Name", "seen", "Attribute.1.Value", "x"));
            for (String each : expected.strip().split("&")) {
                parameters.addAll(List.of(each.split("=")));
            }

            Answer answer = client.call(action, parameters.toArray(String[]::new));

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.code()).isEqualTo(code);
            if (status != 200) {
                assertThat(answer.message()).isEqualTo(message);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "CreateDomain        |                                                                 | MissingParameter",
            "CreateDomain        | DomainName=ab                                                   | InvalidParameterValue",
            "CreateDomain        | DomainName=a b c                                                | InvalidParameterValue",
            "GetAttributes       | DomainName=none&ItemName=a                                      | NoSuchDomain",
            "GetAttributes       | DomainName=books                                                | MissingParameter",
            "DomainMetadata      | DomainName=none                                                 | NoSuchDomain",
            "PutAttributes       | DomainName=books&ItemName=a                                     | MissingParameter",
            "PutAttributes       | DomainName=books&ItemName=a&Attribute.1.Name=x                  | MissingParameter",
            "PutAttributes       | DomainName=books&ItemName=a&Attribute.1.Name=&Attribute.1.Value=x | InvalidParameterValue",
            "PutAttributes       | DomainName=books&ItemName=a&Attribute.1.Name=x&Attribute.1.Value=%1025 | InvalidParameterValue",
            "PutAttributes       | DomainName=books&ItemName=%1025&Attribute.1.Name=x&Attribute.1.Value=x | InvalidParameterValue",
            "BatchPutAttributes  | DomainName=books                                                | MissingParameter",
            "BatchPutAttributes  | DomainName=books&Item.1.ItemName=a&Item.1.Attribute.1.Name=x&Item.1.Attribute.1.Value=1"
                    + "&Item.2.ItemName=a&Item.2.Attribute.1.Name=x&Item.2.Attribute.1.Value=1     | DuplicateItemName",
            "Select              |                                                                 | MissingParameter",
            "Select              | SelectExpression=select * from none                             | NoSuchDomain",
            "Select              | SelectExpression=select * from books order by x                 | InvalidSortExpression",
            "Select              | SelectExpression=select * from books where x is null order by x | InvalidSortExpression",
            "Select              | SelectExpression=select * from books order by itemName()        | InvalidSortExpression",
            "Select              | SelectExpression=select * from books&NextToken=AAAA             | InvalidNextToken",
            "Select              | SelectExpression=select * from books&NextToken=%                | InvalidNextToken",
            "Query               | DomainName=books                                                | InvalidAction" })
    void saysWhatIsWrong(String action, String parameters, String code) {
        List<String> all = new ArrayList<>();
        for (String each : parameters == null ? new String[0] : parameters.strip().split("&")) {
            int equals = each.indexOf('=');
            all.addAll(List.of(each.substring(0, equals), each.substring(equals + 1).replace("%1025", "x".repeat(1_025))));
        }

        assertThat(client.call(action, all.toArray(String[]::new)).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({ "2009-04-15, ListDomains, OK", "2007-11-07, ListDomains, OK", "2010-01-01, ListDomains, NoSuchVersion",
            "2009-04-15, , MissingAction", "2009-04-15, Vote, InvalidAction" })
    void knowsItsVersionsAndActions(String version, String action, String code) {
        List<Form.Field> fields = new ArrayList<>(List.of(new Form.Field("Version", version)));
        if (action != null) {
            fields.add(new Form.Field("Action", action));
        }

        assertThat(client.ask(fields).code()).isEqualTo(code);
    }

    @Test
    void changesManyAtOnceButNotTooMany() {
        assertThat(batch(25, 256).code()).isEqualTo("OK");
        assertThat(client.call("DomainMetadata", "DomainName", "books").one("AttributeValueCount")).isEqualTo("6400");
        assertThat(batch(26, 1).code()).isEqualTo("NumberSubmittedItemsExceeded");
        assertThat(batch(1, 257).code()).isEqualTo("NumberSubmittedAttributesExceeded");
        Answer full = put(client, "i0", "more", "1");
        assertThat(full.status()).isEqualTo(409);
        assertThat(full.code()).isEqualTo("NumberItemAttributesExceeded");

        String[] names = IntStream.range(0, 25).boxed().flatMap(i -> Stream.of("Item." + (i + 1) + ".ItemName", "i" + i)).toArray(String[]::new);
        client.call("BatchDeleteAttributes", Stream.concat(Stream.of("DomainName", "books"), Stream.of(names)).toArray(String[]::new));
        assertThat(client.call("DomainMetadata", "DomainName", "books").one("ItemCount")).isEqualTo("0");
    }

    private Answer batch(int items, int attributes) {
        List<String> parameters = new ArrayList<>(List.of("DomainName", "books"));
        for (int i = 0; i < items; i++) {
            parameters.addAll(List.of("Item." + i + ".ItemName", "i" + i));
            for (int a = 0; a < attributes; a++) {
                String attribute = "Item." + i + ".Attribute." + a;
                parameters.addAll(List.of(attribute + ".Name", "x", attribute + ".Value", "" + a, attribute + ".Replace", "true"));
            }
        }
        return client.call("BatchPutAttributes", parameters.toArray(String[]::new));
    }

    @Test
    void whatXmlCannotHoldIsInBase64() {
        put(client, "item\u0001", "name\u0002", "value\u0000", "plain", "\r\n\t");

        Element item = select("select * from books").elements("Item").get(0);

        assertThat(base64(item, 0)).isEqualTo("item\u0001");
        assertThat(base64(item, 1)).isEqualTo("name\u0002");
        Element value = (Element) item.getElementsByTagName("Value").item(0);
        assertThat(value.getAttribute("encoding")).isEqualTo("base64");
        assertThat(Base64.getDecoder().decode(value.getTextContent())).containsExactly("value\u0000".getBytes(StandardCharsets.UTF_8));
        assertThat(((Element) item.getElementsByTagName("Value").item(1)).hasAttribute("encoding")).isFalse();
        assertThat(item.getElementsByTagName("Value").item(1).getTextContent()).isEqualTo("\r\n\t");
        assertThat(get(client, "item\u0001", "AttributeName.1", "name\u0002").elements("Value")).hasSize(1);
    }

    private static String base64(Element item, int index) {
        Element name = (Element) item.getElementsByTagName("Name").item(index);
        assertThat(name.getAttribute("encoding")).isEqualTo("base64");
        return new String(Base64.getDecoder().decode(name.getTextContent()), StandardCharsets.UTF_8);
    }

    @Test
    void tellsWhatIsAskedOfItems() {
        put(client, "a", "x", "1", "y", "2");
        put(client, "b", "x", "1");

        assertThat(select("select y from books where x = '1'").items()).containsExactly("a", "b");
        assertThat(select("select y from books where x = '1'").attributes()).containsExactly("y=2");
        assertThat(select("select itemName() from books where x = '1'").attributes()).isEmpty();
        Answer count = select("select count(*) from books where y = '2'");
        assertThat(count.items()).containsExactly("Domain");
        assertThat(count.attributes()).containsExactly("Count=1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "select * from books                                                                   | 230",
            "select * from books where x >= '0' order by x desc limit 7                            | 230",
            "select * from books where even = '0' limit 13                                         | 115",
            "select itemName() from books where itemName() > 'i1' order by itemName() desc limit 9 | 230" })
    void goesOnExactlyWhereItStopped(String question, int items) {
        fill(230);
        List<String> all = new ArrayList<>();
        Answer page = select(question);
        while (!page.all("NextToken").isEmpty()) {
            all.addAll(page.items());
            page = select(question, page.one("NextToken"));
        }
        all.addAll(page.items());

        assertThat(all).doesNotHaveDuplicates().hasSize(items);
    }

    @Test
    void answersWithAHundredItemsIfNobodySaysHowMany() {
        fill(Bounds.ITEMS + 1);

        assertThat(select("select * from books").items()).hasSize(Bounds.ITEMS);
    }

    @Test
    void aTokenIsGoodForItsQuestionOnly() {
        fill(30);
        String question = "select * from books where even = '0' limit 3";
        String token = select(question).one("NextToken");

        assertThat(select(question, token).code()).isEqualTo("OK");
        assertThat(select("select * from books where even = '1' limit 3", token).code()).isEqualTo("InvalidNextToken");
        assertThat(select(question, token.substring(0, token.length() - 4)).code()).isEqualTo("InvalidNextToken");
        assertThat(select(question, "x" + token.substring(1)).code()).isEqualTo("InvalidNextToken");
        other.call("CreateDomain", "DomainName", "books");
        assertThat(other.call("Select", "SelectExpression", question, "NextToken", token).code()).isEqualTo("InvalidNextToken");
    }

    @Test
    void countsPageByPage() {
        fill(30);
        String question = "select count(*) from books limit 20";

        Answer first = select(question);
        Answer second = select(question, first.one("NextToken"));

        assertThat(first.attributes()).containsExactly("Count=20");
        assertThat(second.attributes()).containsExactly("Count=10");
        assertThat(second.all("NextToken")).isEmpty();
        assertThat(select("select count(*) from books").attributes()).containsExactly("Count=30");
    }

    @Test
    void anAnswerHasAMebibyteAtMost() {
        String kilobyte = "x".repeat(1_000);
        for (int i = 0; i < 12; i++) {
            String[] attributes = IntStream.range(0, 100).boxed().flatMap(a -> Stream.of("a" + a, kilobyte)).toArray(String[]::new);
            put(client, "i" + i, attributes);
        }

        Answer first = select("select * from books limit 2500");
        Answer second = select("select * from books limit 2500", first.one("NextToken"));

        assertThat(first.items()).hasSize(9);
        assertThat(second.items()).hasSize(3);
        assertThat(second.all("NextToken")).isEmpty();
        assertThat(select("select itemName() from books limit 2500").items()).hasSize(12);
    }

    @Test
    void theModelIsMadeFromTheListOfOperations() throws Exception {
        List<String> lines = Files.readAllLines(RESOURCES.resolve("operations.txt")).stream().map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));

        assertThat(Json.parseObject(Files.readString(RESOURCES.resolve("service.json"))).get("selection"))
                .as("make service.json anew: mvn -q -f cnf/aws-model/pom.xml process-classes")
                .isEqualTo(HexFormat.of().formatHex(digest));
    }

    private void fill(int items) {
        IntStream.range(0, items).forEach(i -> put(client, "i" + (1_000 + i), "x", "" + i % 100, "even", "" + i % 2));
    }

    private Answer select(String question) {
        return client.call("Select", "SelectExpression", question);
    }

    private Answer select(String question, String token) {
        return client.call("Select", "SelectExpression", question, "NextToken", token);
    }

    private static Answer put(Client client, String item, String... attributes) {
        List<String> parameters = new ArrayList<>(List.of("DomainName", "books", "ItemName", item));
        for (int i = 0; i < attributes.length; i++) {
            parameters.addAll(List.of("Attribute." + (1 + i / 2) + (i % 2 == 0 ? ".Name" : ".Value"), attributes[i]));
        }
        return client.call("PutAttributes", parameters.toArray(String[]::new));
    }

    private static Answer get(Client client, String item, String... parameters) {
        Stream<String> all = Stream.concat(Stream.of("DomainName", "books", "ItemName", item), Stream.of(parameters));
        return client.call("GetAttributes", all.toArray(String[]::new));
    }
}
