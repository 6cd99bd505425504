package org.kumiki.aws.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kumiki.aws.wire.Form;
import org.kumiki.aws.wire.Json;
import org.kumiki.aws.wire.JsonCodec;
import org.kumiki.aws.wire.Operation;
import org.kumiki.aws.wire.QueryReader;
import org.kumiki.aws.wire.Service;
import org.kumiki.aws.wire.Structure;
import org.kumiki.aws.wire.XmlWriter;
import org.kumiki.testing.Python;

/**
 * Amazon's own library reads what our codec writes, and our codec what Amazon's library writes, for every operation of the model.
 * With {@code -Dkumiki.aws.model=FILE} it is another model's turn, such as the whole of EC2's.
 */
@Tag("client")
@Timeout(120)
class RoundTripTest {

    private static final Path OWN_MODEL = Path.of("src/main/resources/org/kumiki/aws/ec2/service.json");

    @Test
    void everyOperationRoundTripsThroughBotocore() throws Exception {
        assumeTrue(Python.has("python3", "botocore"), "python3 has no botocore");
        Path file = Path.of(System.getProperty("kumiki.aws.model", OWN_MODEL.toString()));
        Service service = Service.read(Files.newInputStream(file));
        Process botocore = new ProcessBuilder("python3", "src/test/python/round_trip.py", file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader in = new BufferedReader(new InputStreamReader(botocore.getInputStream(), StandardCharsets.UTF_8));

        List<String> answers = new ArrayList<>();
        for (String line = in.readLine(); !line.equals("{}"); line = in.readLine()) {
            answers.add(answer(service, Json.parseObject(line)));
        }
        try (PrintWriter out = new PrintWriter(new OutputStreamWriter(botocore.getOutputStream(), StandardCharsets.UTF_8))) {
            answers.forEach(out::println);
        }

        assertThat(in.lines().toList()).containsExactly("all " + service.operations().size() + " operations round-trip");
        assertThat(answers).hasSizeGreaterThanOrEqualTo(service.operations().size());
    }

    private static String answer(Service service, Map<String, Object> sample) {
        Operation operation = service.operation(sample.get("operation").toString()).orElseThrow();
        Structure output = JsonCodec.read(operation.output(), sample.get("output"));
        byte[] xml = XmlWriter.answer(service, operation, service.version(), "r-1", output);
        Structure input = QueryReader.read(operation.input(), Form.parse(sample.get("form").toString()).fields());
        return Json.write(Map.of("operation", operation.name(), "xml", new String(xml, StandardCharsets.UTF_8), "input",
                JsonCodec.write(input)));
    }
}
