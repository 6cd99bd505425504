package org.kumiki.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The few EC2 actions that are measured. For one thread. */
public final class Ec2 implements Closeable {

    private static final String VERSION = "&Version=2016-11-15";
    private static final String INSTANCE = "<instanceId>";
    private static final String NEXT = "<nextToken>";

    private final Wire wire;

    /** The cloud refused, or answered something else than it was asked for. */
    public static final class Failure extends IOException {

        private static final long serialVersionUID = 1L;

        Failure(String message) {
            super(message);
        }
    }

    /** One page of instances. */
    record Page(List<String> instances, String next) {
    }

    public Ec2(Endpoint endpoint) {
        wire = new Wire(endpoint);
    }

    void describeRegions() throws IOException {
        call("DescribeRegions", "");
    }

    /** An image that machines can be made of, once there is one. */
    public String awaitImage() throws IOException, InterruptedException {
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

    /**
     * One instance.
     *
     * @param userData as it is, not yet in Base64
     */
    public String launch(String image, String type, Map<String, String> tags, String userData) throws IOException {
        StringBuilder form = new StringBuilder("&TagSpecification.1.ResourceType=instance");
        int number = 1;
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            form.append("&TagSpecification.1.Tag.").append(number).append(".Key=").append(encode(tag.getKey()));
            form.append("&TagSpecification.1.Tag.").append(number).append(".Value=").append(encode(tag.getValue()));
            number++;
        }
        String data = Base64.getEncoder().encodeToString(userData.getBytes(StandardCharsets.UTF_8));
        return texts(call("RunInstances", "&ImageId=" + image + "&InstanceType=" + type + "&MinCount=1&MaxCount=1&UserData=" + encode(data) + form),
                INSTANCE).get(0);
    }

    /** Lets this machine reach ports of instances that are in no group of their own. */
    public void allow(int from, int to) throws IOException {
        call("AuthorizeSecurityGroupIngress", "&GroupName=default&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=" + from
                + "&IpPermissions.1.ToPort=" + to + "&IpPermissions.1.IpRanges.1.CidrIp=" + encode("127.0.0.0/8"));
    }

    /** What it has written to its console. */
    public String console(String instance) throws IOException {
        List<String> output = texts(call("GetConsoleOutput", "&Latest=true&InstanceId=" + instance), "<output>");
        return output.isEmpty() ? "" : new String(Base64.getMimeDecoder().decode(output.get(0)), StandardCharsets.UTF_8);
    }

    /** Its state in EC2's words, e.g. {@code running}. */
    public String state(String instance) throws IOException {
        return first(call("DescribeInstances", "&InstanceId.1=" + instance), "<name>");
    }

    /** Where this machine reaches it. */
    public String address(String instance) throws IOException {
        return first(call("DescribeInstances", "&InstanceId.1=" + instance), "<ipAddress>");
    }

    private static String first(String body, String element) throws Failure {
        List<String> texts = texts(body, element);
        if (texts.isEmpty()) {
            throw new Failure("the answer has no " + element + ": " + body);
        }
        return texts.get(0);
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

    public void terminate(String instance) throws IOException {
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
