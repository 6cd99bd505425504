package org.kumiki.aws.sqs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.aws.wire.Form;
import org.kumiki.aws.wire.Json;
import org.kumiki.aws.wire.JsonCodec;
import org.kumiki.aws.wire.Operation;
import org.kumiki.aws.wire.QueryReader;
import org.kumiki.aws.wire.Service;
import org.kumiki.aws.wire.Structure;
import org.kumiki.aws.wire.XmlWriter;
import org.kumiki.testing.Python;

/** Amazon's own library reads what our codec writes, and our codec what Amazon's library writes, for every operation of the library's own model. */
@Tag("client")
@Timeout(120)
class RoundTripTest {

    private final Service service = Sqs.service();

    @ParameterizedTest
    @ValueSource(strings = { "python3", "/usr/bin/python3" })
    void everyOperationRoundTripsThroughBotocore(String python) throws Exception {
        assumeTrue(Python.has(python, "botocore"), python + " has no botocore");
        Process botocore = new ProcessBuilder(python, "src/test/python/round_trip.py").redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader in = new BufferedReader(new InputStreamReader(botocore.getInputStream(), UTF_8));

        List<String> answers = new ArrayList<>();
        for (String line = in.readLine(); !line.equals("{}"); line = in.readLine()) {
            answers.add(answer(Json.parseObject(line)));
        }
        try (PrintWriter out = new PrintWriter(new OutputStreamWriter(botocore.getOutputStream(), UTF_8))) {
            answers.forEach(out::println);
        }

        assertThat(in.lines().toList()).singleElement().asString().matches("(query|json): all " + answers.size() + " operations round-trip");
        assertThat(answers).hasSizeGreaterThanOrEqualTo(20);
    }

    private String answer(Map<String, Object> sample) {
        Operation operation = service.operation(sample.get("operation").toString()).orElseThrow();
        Structure output = JsonCodec.read(operation.output(), sample.get("output"));
        String body = sample.get("body").toString();
        boolean query = sample.get("protocol").equals("query");
        Structure input = query ? QueryReader.read(operation.input(), OldWords.modern(operation, Form.parse(body).fields(), "/"))
                : JsonCodec.read(operation.input(), Json.parse(body));
        String answer = query ? new String(XmlWriter.answer(service, operation, service.version(), "r-1", output), UTF_8)
                : operation.answers() ? Json.write(JsonCodec.write(output)) : "";
        return Json.write(Map.of("operation", operation.name(), "body", answer, "input", JsonCodec.write(input)));
    }
}
