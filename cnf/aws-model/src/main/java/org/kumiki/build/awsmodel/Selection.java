package org.kumiki.build.awsmodel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an {@code operations.txt} asks for.
 *
 * @param service    the model's name, such as {@code ec2-2016-11-15}
 * @param operations the operations to keep
 * @param open       the types that lose their list of choices
 * @param optional   the members that may be absent although AWS's model says otherwise, as {@code Type.Member}
 * @param names      in queries and in XML, by {@code Type.Member}: for models that say nothing of them
 * @param namespace  of the XML, for models that say nothing of it
 * @param digest     of the lines that count, so that a test can tell whether a trimmed model is current
 */
record Selection(String service, Set<String> operations, Set<String> open, Set<String> optional,
        Map<String, String> names, Optional<String> namespace, String digest) {

    static Selection parse(List<String> lines) {
        List<String> effective = lines.stream().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
        Set<String> operations = new TreeSet<>();
        Set<String> open = new TreeSet<>();
        Set<String> optional = new TreeSet<>();
        Map<String, String> names = new TreeMap<>();
        String service = null;
        String namespace = null;
        for (String line : effective) {
            String[] words = line.split(" ");
            if (words.length == 1) {
                operations.add(line);
            } else if (words.length == 2 && words[0].equals("open")) {
                open.add(words[1]);
            } else if (words.length == 2 && words[0].equals("optional")) {
                optional.add(words[1]);
            } else if (words.length == 3 && words[0].equals("name")) {
                names.put(words[1], words[2]);
            } else if (words.length == 2 && words[0].equals("namespace")) {
                namespace = words[1];
            } else if (words.length == 2 && words[0].equals("service") && service == null) {
                service = words[1];
            } else {
                throw new IllegalArgumentException("operations.txt: " + line);
            }
        }
        if (service == null) {
            throw new IllegalArgumentException("operations.txt names no service");
        }
        return new Selection(service, operations, open, optional, names, Optional.ofNullable(namespace), digest(effective));
    }

    private static String digest(List<String> lines) {
        try {
            byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
