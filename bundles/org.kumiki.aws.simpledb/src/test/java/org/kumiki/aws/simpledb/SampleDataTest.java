package org.kumiki.aws.simpledb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.aws.simpledb.Client.Answer;
import org.kumiki.testing.TwoAccounts;

/** Items such as those that SimpleDB's manual asks questions about, and its questions and answers. */
@Timeout(60)
class SampleDataTest {

    @TempDir
    Path data;

    private TestCloud cloud;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(data);
        client = new Client(cloud.endpoint(), TwoAccounts.KEY, TwoAccounts.SECRET, Client.Style.FORM_V4);
        client.call("CreateDomain", "DomainName", "mydomain");
        put("0385333498", "Title", "The Sirens of Titan", "Author", "Kurt Vonnegut", "Year", "1959", "Pages", "00336",
                "Keyword", "Book", "Keyword", "Paperback", "Rating", "*****", "Rating", "5 stars", "Rating", "Excellent");
        put("0802131786", "Title", "Tropic of Cancer", "Author", "Henry Miller", "Year", "1934", "Pages", "00318", "Keyword", "Book",
                "Rating", "****");
        put("1579124585", "Title", "The Right Stuff", "Author", "Tom Wolfe", "Year", "1979", "Pages", "00304", "Keyword", "Book",
                "Keyword", "Hardcover", "Keyword", "American", "Rating", "****", "Rating", "4 stars");
        put("B000T9886K", "Title", "In Between", "Author", "Paul Van Dyk", "Year", "2007", "Keyword", "CD", "Keyword", "Trance", "Rating", "4 stars");
        put("B00005JPLW", "Title", "300", "Author", "Zack Snyder", "Year", "2007", "Keyword", "DVD", "Keyword", "Action",
                "Keyword", "Frank Miller", "Rating", "***", "Rating", "3 stars", "Rating", "Not bad");
        put("B000SF3NGK", "Title", "Heaven's Gonna Burn Your Eyes", "Author", "Thievery Corporation", "Year", "2002", "Rating", "*****");
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "Title = 'The Right Stuff'                                                       | 1579124585",
            "Year > '1985'                                                                   | B00005JPLW B000SF3NGK B000T9886K",
            "Rating like '****%'                                                             | 0385333498 0802131786 1579124585 B000SF3NGK",
            "Pages < '00320'                                                                 | 0802131786 1579124585",
            "Year > '1975' and Year < '2008'                                                 | 1579124585 B00005JPLW B000SF3NGK B000T9886K",
            "Year between '1975' and '2008'                                                  | 1579124585 B00005JPLW B000SF3NGK B000T9886K",
            "Rating = '***' or Rating = '*****'                                              | 0385333498 B00005JPLW B000SF3NGK",
            "(Year > '1950' and Year < '1960') or Year like '193%' or Year = '2007'          | 0385333498 0802131786 B00005JPLW B000T9886K",
            "Rating = '4 stars' or Rating = '****'                                           | 0802131786 1579124585 B000T9886K",
            "Keyword = 'Book' and Keyword = 'Hardcover'                                      | -",
            "Keyword = 'Book' intersection Keyword = 'Hardcover'                             | 1579124585",
            "every(Keyword) in ('Book', 'Paperback')                                         | 0385333498 0802131786",
            "every(Rating) = '****'                                                          | 0802131786",
            "Rating = '****'                                                                 | 0802131786 1579124585",
            "Keyword != 'Book' order by Keyword                                              | B00005JPLW 1579124585 0385333498 B000T9886K",
            "Year < '1980' order by Year asc                                                 | 0802131786 0385333498 1579124585",
            "Year = '2007' intersection Author is not null order by Author desc              | B00005JPLW B000T9886K",
            "Year < '1980' order by Year limit 2                                             | 0802131786 0385333498",
            "itemName() like 'B000%' order by itemName() desc                                | B000T9886K B000SF3NGK B00005JPLW",
            "itemName() in ('B000T9886K', '0385333498', 'none')                              | 0385333498 B000T9886K",
            "not Keyword = 'Book'                                                            | B00005JPLW B000SF3NGK B000T9886K",
            "Keyword is null                                                                 | B000SF3NGK",
            "Keyword is null and Title is not null order by Title                            | B000SF3NGK",
            "Pages is null and not Year = '2002'                                             | B00005JPLW B000T9886K",
            "Title like '%Stuff'                                                             | 1579124585",
            "Title like '%of%'                                                               | 0385333498 0802131786",
            "Title not like '%of%' and Year < '1980'                                         | 1579124585",
            "Title = 'Heaven''s Gonna Burn Your Eyes'                                        | B000SF3NGK",
            "Title = \"Heaven's Gonna Burn Your Eyes\"                                       | B000SF3NGK",
            "Author not in ('Tom Wolfe', 'Zack Snyder') and Year > '1970'                    | B000SF3NGK B000T9886K" })
    void answers(String where, String items) {
        Answer answer = client.call("Select", "SelectExpression", "select * from mydomain where " + where);

        assertThat(answer.code()).isEqualTo("OK");
        assertThat(answer.items()).isEqualTo(items.equals("-") ? List.of() : List.of(items.split(" ")));
    }

    private void put(String item, String... attributes) {
        String[] parameters = new String[4 + 2 * attributes.length];
        parameters[0] = "DomainName";
        parameters[1] = "mydomain";
        parameters[2] = "ItemName";
        parameters[3] = item;
        for (int i = 0; i < attributes.length; i++) {
            parameters[4 + 2 * i] = "Attribute." + (1 + i / 2) + (i % 2 == 0 ? ".Name" : ".Value");
            parameters[5 + 2 * i] = attributes[i];
        }
        assertThat(client.call("PutAttributes", parameters).code()).isEqualTo("OK");
    }
}
