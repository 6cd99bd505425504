package org.kumiki.aws.ec2;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/**
 * One page of a list.
 * <p>
 * A token says which item was the last and where it stood, so that paging goes on at the right place though items come and go: the
 * next page starts after that item, or at its place if it is gone.
 *
 * @param items what is on this page
 * @param next  the token of the next page, if there is one
 */
record Page<T>(List<T> items, Optional<String> next) {

    private static final String MARK = "k1";

    /**
     * @param all  the whole list, filtered; walked no further than the page goes
     * @param key  what tells an item from the others
     * @param most how many items a page can have
     */
    static <T> Page<T> of(Call call, Iterable<T> all, Function<T, String> key, int least, int most) {
        Structure input = call.input();
        OptionalInt size = input.number("MaxResults");
        if (size.isPresent() && (size.getAsInt() < least || size.getAsInt() > most)) {
            throw AwsException.invalid("maxResults", String.valueOf(size.getAsInt()), "Expecting a value from " + least + " to " + most
                    + ".");
        }
        int from = input.text("NextToken").map(token -> start(token, all, key)).orElse(0);
        int length = size.orElse(input.has("NextToken") ? most : Integer.MAX_VALUE);
        List<T> items = new ArrayList<>();
        int place = 0;
        for (T item : all) {
            if (items.size() == length) {
                return new Page<>(items, Optional.of(token(place - 1, key.apply(items.get(length - 1)))));
            }
            if (place++ >= from) {
                items.add(item);
            }
        }
        return new Page<>(items, Optional.empty());
    }

    private static String token(int place, String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((MARK + ":" + place + ":" + last).getBytes(StandardCharsets.UTF_8));
    }

    private static <T> int start(String token, Iterable<T> all, Function<T, String> key) {
        String[] parts = decode(token);
        int place = 0;
        for (T item : all) {
            place++;
            if (key.apply(item).equals(parts[2])) {
                return place;
            }
        }
        return Math.min(Integer.parseInt(parts[1]), place);
    }

    private static String[] decode(String token) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split(":", 3);
            if (parts.length == 3 && parts[0].equals(MARK) && Integer.parseInt(parts[1]) >= 0) {
                return parts;
            }
        } catch (IllegalArgumentException e) {
            // answered below, as any other token that is none of ours
        }
        throw AwsException.refuse("InvalidNextToken", "The specified NextToken is not valid");
    }
}
