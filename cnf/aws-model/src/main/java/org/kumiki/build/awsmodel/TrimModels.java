package org.kumiki.build.awsmodel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes the {@code service.json} beside every {@code operations.txt} of the tree. */
public final class TrimModels {

    private TrimModels() {
    }

    /** @param args the Maven coordinates of the models, for the record; and the folder of the bundles */
    public static void main(String[] args) throws IOException {
        for (Path list : lists(Path.of(args[1]))) {
            Selection selection = Selection.parse(Files.readAllLines(list));
            String resource = "models/" + selection.service() + "-model.json";
            String trimmed = new Trimmer(load(resource), selection).trim("Made from " + resource + " of " + args[0]
                    + ", Copyright Amazon.com, Inc. or its affiliates, Apache License 2.0; trimmed by cnf/aws-model.");
            Path target = list.resolveSibling("service.json");
            Files.writeString(target, trimmed);
            System.out.println(target.normalize() + ": " + selection.operations().size() + " operations, " + trimmed.length() / 1_000 + " kB");
        }
    }

    private static List<Path> lists(Path bundles) throws IOException {
        try (Stream<Path> files = Files.walk(bundles)) {
            return files.filter(file -> file.endsWith("operations.txt") && file.toString().contains("/src/main/resources/")).sorted().toList();
        }
    }

    private static ObjectNode load(String resource) throws IOException {
        try (InputStream in = TrimModels.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the models have no " + resource);
            }
            return (ObjectNode) new ObjectMapper().readTree(in);
        }
    }
}
