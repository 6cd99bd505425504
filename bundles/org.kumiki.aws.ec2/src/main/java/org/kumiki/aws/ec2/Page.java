package org.kumiki.aws.ec2;

import java.nio.charset.StandardCharsets;
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
     * @param all  the whole list, filtered
     * @param key  what tells an item from the others
     * @param most how many items a page can have
     */
    static <T> Page<T> of(Call call, List<T> all, Function<T, String> key, int least, int most) {
        Structure input = call.input();
        OptionalInt size = input.number("MaxResults");
        if (size.isPresent() && (size.getAsInt() < least || size.getAsInt() > most)) {
            throw AwsException.invalid("maxResults", String.valueOf(size.getAsInt()), "Expecting a value from " + least + " to " + most
                    + ".");
        }
        int from = input.text("NextToken").map(token -> start(token, all, key)).orElse(0);
        int to = (int) Math.min(all.size(), (long) from + size.orElse(input.has("NextToken") ? most : Integer.MAX_VALUE));
        boolean more = to < all.size() && to > from;
        return new Page<>(all.subList(from, to), more ? Optional.of(token(to - 1, key.apply(all.get(to - 1)))) : Optional.empty());
    }

    private static String token(int place, String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((MARK + ":" + place + ":" + last).getBytes(StandardCharsets.UTF_8));
    }

    private static <T> int start(String token, List<T> all, Function<T, String> key) {
        String[] parts = decode(token);
        int place = Math.min(Integer.parseInt(parts[1]), all.size());
        if (place < all.size() && key.apply(all.get(place)).equals(parts[2])) {
            return place + 1;
        }
        for (int i = 0; i < all.size(); i++) {
            if (key.apply(all.get(i)).equals(parts[2])) {
                return i + 1;
            }
        }
        return place;
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
