package org.kumiki.image.p2v;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is on a disk of a machine that runs, as lsblk(8) says. Pure. */
record SourceLayout(List<Row> rows) {

    static final List<String> COMMAND = List.of("lsblk", "--pairs", "--bytes", "--paths", "--output", "NAME,TYPE,FSTYPE,UUID,SIZE,MOUNTPOINT");
    private static final Pattern FIELD = Pattern.compile("([A-Z]+)=\"([^\"]*)\"");
    private static final Pattern ESCAPED = Pattern.compile("\\\\x([0-9a-f]{2})");

    SourceLayout {
        rows = List.copyOf(rows);
    }

    /**
     * A disk, or something on it.
     *
     * @param type  e.g. {@code disk}, {@code part}, {@code lvm}
     * @param bytes its size
     * @param mount where it is mounted; empty, if it is not
     */
    record Row(String name, String type, String content, String uuid, long bytes, String mount) {
    }

    static SourceLayout parse(String text) {
        List<Row> rows = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Map<String, String> fields = new HashMap<>();
            Matcher matcher = FIELD.matcher(line);
            while (matcher.find()) {
                fields.put(matcher.group(1), plain(matcher.group(2)));
            }
            String size = fields.getOrDefault("SIZE", "");
            if (fields.containsKey("NAME") && size.matches("\\d{1,18}")) {
                rows.add(new Row(fields.get("NAME"), fields.getOrDefault("TYPE", ""), fields.getOrDefault("FSTYPE", ""), fields.getOrDefault("UUID", ""),
                        Long.parseLong(size), fields.getOrDefault("MOUNTPOINT", "")));
            }
        }
        return new SourceLayout(rows);
    }

    /** Each byte that might be mistaken is written in hexadecimal. */
    private static String plain(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher matcher = ESCAPED.matcher(text);
        int from = 0;
        while (matcher.find()) {
            bytes.writeBytes(text.substring(from, matcher.start()).getBytes(UTF_8));
            bytes.write(Integer.parseInt(matcher.group(1), 16));
            from = matcher.end();
        }
        bytes.writeBytes(text.substring(from).getBytes(UTF_8));
        return bytes.toString(UTF_8);
    }

    /** Whether the disk is a volume of LVM, of which there can be a snapshot. */
    boolean isLogicalVolume() {
        return !rows.isEmpty() && rows.get(0).type().equals("lvm");
    }

    /** Where file systems are mounted that are on the disk, those first that are in others: so nobody waits for one that stands still already. */
    List<String> mounts() {
        return rows.stream().map(Row::mount).filter(mount -> mount.startsWith("/")).distinct()
                .sorted(Comparator.comparingInt((String mount) -> mount.equals("/") ? 0 : mount.split("/").length).reversed()).toList();
    }

    boolean hasRoot() {
        return mounts().contains("/");
    }
}
