package org.kumiki.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The few EC2 actions that are measured. For one thread. */
final class Ec2 implements Closeable {

    private static final String VERSION = "&Version=2016-11-15";
    private static final String INSTANCE = "<instanceId>";
    private static final String NEXT = "<nextToken>";

    private final Wire wire;

    /** The cloud refused, or answered something else than it was asked for. */
    static final class Failure extends IOException {

        private static final long serialVersionUID = 1L;

        Failure(String message) {
            super(message);
        }
    }

    /** One page of instances. */
    record Page(List<String> instances, String next) {
    }

    Ec2(Endpoint endpoint) {
        wire = new Wire(endpoint);
    }

    void describeRegions() throws IOException {
        call("DescribeRegions", "");
    }

    /** An image that machines can be made of, once there is one. */
    String awaitImage() throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 600; attempt++) {
            List<String> images = texts(call("DescribeImages", "&Filter.1.Name=state&Filter.1.Value.1=available"), "<imageId>");
            if (!images.isEmpty()) {
                return images.get(0);
            }
            Thread.sleep(100);
        }
        throw new Failure("there is no image");
    }

    List<String> run(String image, String type, int count, String tag) throws IOException {
        String body = call("RunInstances", "&ImageId=" + image + "&InstanceType=" + type + "&MinCount=" + count + "&MaxCount=" + count
                + "&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=role&TagSpecification.1.Tag.1.Value=" + tag);
        List<String> instances = texts(body, INSTANCE);
        if (instances.size() != count) {
            throw new Failure("RunInstances answered with " + instances.size() + " instances instead of " + count);
        }
        return instances;
    }

    void describe(String instance) throws IOException {
        String body = call("DescribeInstances", "&InstanceId.1=" + instance);
        if (!body.contains(INSTANCE + instance)) {
            throw new Failure("DescribeInstances did not answer with " + instance);
        }
    }

    /** @param filters by name */
    Page page(Map<String, String> filters, int size, String next) throws IOException {
        StringBuilder form = new StringBuilder(size > 0 ? "&MaxResults=" + size : "");
        int number = 1;
        for (Map.Entry<String, String> filter : filters.entrySet()) {
            form.append("&Filter.").append(number).append(".Name=").append(encode(filter.getKey()));
            form.append("&Filter.").append(number).append(".Value.1=").append(encode(filter.getValue()));
            number++;
        }
        if (!next.isEmpty()) {
            form.append("&NextToken=").append(encode(next));
        }
        String body = call("DescribeInstances", form.toString());
        List<String> tokens = texts(body, NEXT);
        return new Page(texts(body, INSTANCE), tokens.isEmpty() ? "" : tokens.get(0));
    }

    void terminate(String instance) throws IOException {
        String body = call("TerminateInstances", "&InstanceId.1=" + instance);
        if (!body.contains(INSTANCE + instance)) {
            throw new Failure("TerminateInstances did not answer with " + instance);
        }
    }

    private String call(String action, String parameters) throws IOException {
        Wire.Response response = wire.post("ec2", "Action=" + action + VERSION + parameters);
        if (!response.isOk()) {
            throw new Failure(action + " answered " + response.status() + " " + texts(response.body(), "<Code>") + " "
                    + texts(response.body(), "<Message>"));
        }
        return response.body();
    }

    /** The texts of all elements that begin so. */
    private static List<String> texts(String body, String element) {
        List<String> texts = new ArrayList<>();
        for (int at = body.indexOf(element); at >= 0; at = body.indexOf(element, at)) {
            at += element.length();
            texts.add(body.substring(at, body.indexOf('<', at)));
        }
        return texts;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
