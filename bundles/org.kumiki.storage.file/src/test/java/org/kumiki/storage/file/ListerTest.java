package org.kumiki.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Query;
import org.kumiki.api.text.Utf8;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares it with a listing that looks at every key and knows no short cut. */
class ListerTest {

    private static final String SIGNS = "ab/-\u00e9\uffee";

    private final Random random = new Random(3);
    private long time;

    @Test
    void findsWhatASimpleListingFinds() {
        for (int round = 0; round < 3_000; round++) {
            NavigableMap<String, Versions> keys = keys();
            Query query = new Query(word(2), List.of("", "/", "-", "a/").get(random.nextInt(4)), "", "", 1 + random.nextInt(5), random.nextBoolean());

            assertThat(everyPage(keys, query)).as("%s of %s", query, keys.keySet()).isEqualTo(simple(keys, query));
        }
    }

    @Test
    void beginsAfterAnyKey() {
        for (int round = 0; round < 3_000; round++) {
            NavigableMap<String, Versions> keys = keys();
            String after = word(3);
            Query query = new Query(word(1), List.of("", "/").get(random.nextInt(2)), after, "", 100, random.nextBoolean());

            Listing found = Lister.list("b", keys, query);

            List<String> expected = simple(keys, query).stream().filter(name -> {
                String plain = name.substring(0, name.indexOf('@'));
                boolean isGroup = name.endsWith("@");
                return Utf8.ORDER.compare(plain, after) > 0 && !(isGroup && after.startsWith(plain));
            }).toList();
            assertThat(names(found, query)).as("%s of %s", query, keys.keySet()).isEqualTo(expected);
        }
    }

    @Test
    void leavesAGroupByAJump() {
        NavigableMap<String, Versions> keys = new TreeMap<>(Utf8.ORDER);
        for (int i = 0; i < 1_000; i++) {
            keys.put("a/" + i, versions(false));
        }
        keys.put("b", versions(false));
        int[] looked = new int[1];
        NavigableMap<String, Versions> counting = new TreeMap<>((a, b) -> {
            looked[0]++;
            return Utf8.ORDER.compare(a, b);
        });
        counting.putAll(keys);
        looked[0] = 0;

        Listing found = Lister.list("bucket", counting, new Query("", "/", "", "", 10, false));

        assertThat(found.groups()).containsExactly("a/");
        assertThat(found.blobs()).extracting(Blob::key).containsExactly("b");
        assertThat(looked[0]).isLessThan(200);
    }

    @Test
    void listsNothingIfNothingIsAskedFor() {
        NavigableMap<String, Versions> keys = new TreeMap<>(Utf8.ORDER);
        keys.put("a", versions(false));

        Listing found = Lister.list("b", keys, new Query("", "", "", "", 0, false));

        assertThat(found).isEqualTo(new Listing(List.of(), List.of(), false, "", ""));
    }

    private static List<String> everyPage(NavigableMap<String, Versions> keys, Query query) {
        List<String> all = new ArrayList<>();
        Listing page = Lister.list("b", keys, query);
        all.addAll(names(page, query));
        while (page.truncated()) {
            assertThat(page.blobs().size() + page.groups().size()).isEqualTo(query.limit());
            Query next = new Query(query.prefix(), query.delimiter(), page.last(), page.lastVersion(), query.limit(), query.versions());
            page = Lister.list("b", keys, next);
            all.addAll(names(page, query));
        }
        return all;
    }

    /** What was listed, in order; a group has no version. */
    private static List<String> names(Listing listing, Query query) {
        List<String> names = new ArrayList<>(listing.groups().stream().map(group -> group + "@").toList());
        listing.blobs().forEach(blob -> names.add(blob.key() + "@" + blob.version() + blob.latest()));
        Map<String, Long> place = new TreeMap<>();
        listing.blobs().forEach(blob -> place.put(blob.key() + "@" + blob.version() + blob.latest(), (long) place.size()));
        names.sort((a, b) -> {
            int byKey = Utf8.ORDER.compare(a.substring(0, a.indexOf('@')), b.substring(0, b.indexOf('@')));
            return byKey != 0 ? byKey : Long.compare(place.getOrDefault(a, -1L), place.getOrDefault(b, -1L));
        });
        return names;
    }

    private static List<String> simple(NavigableMap<String, Versions> keys, Query query) {
        Set<String> names = new LinkedHashSet<>();
        keys.forEach((key, versions) -> {
            List<Version> listed = versions.all().filter(version -> query.versions() || version == versions.latest() && !version.marker()).toList();
            if (key.startsWith(query.prefix()) && !listed.isEmpty()) {
                int at = query.delimiter().isEmpty() ? -1 : key.indexOf(query.delimiter(), query.prefix().length());
                if (at >= 0) {
                    names.add(key.substring(0, at + query.delimiter().length()) + "@");
                } else {
                    listed.forEach(version -> names.add(key + "@" + version.id() + (version == versions.latest())));
                }
            }
        });
        return List.copyOf(names);
    }

    private NavigableMap<String, Versions> keys() {
        NavigableMap<String, Versions> keys = new TreeMap<>(Utf8.ORDER);
        for (int i = random.nextInt(12); i > 0; i--) {
            keys.put("a" + word(4), versions(random.nextInt(4) == 0));
            keys.put(word(4) + "b", versions(random.nextInt(4) == 0));
        }
        return keys;
    }

    private Versions versions(boolean marked) {
        Optional<Versions> versions = Optional.empty();
        for (int i = random.nextInt(3); i >= 0; i--) {
            time++;
            String id = random.nextInt(3) == 0 ? Blob.ONLY : VersionIds.at(time);
            versions = Optional.of(Versions.with(versions, new Version(id, time, marked && i == 0, Map.of(), List.of())));
        }
        return versions.orElseThrow();
    }

    private String word(int most) {
        return random.ints(random.nextInt(most + 1), 0, SIGNS.length()).mapToObj(at -> SIGNS.substring(at, at + 1)).collect(Collectors.joining());
    }
}
