package org.kumiki.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.amazonaws.ClientConfiguration;
import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.simpledb.AmazonSimpleDBClient;
import com.amazonaws.services.simpledb.AmazonSimpleDBClientBuilder;
import org.kumiki.testing.FreePort;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/** A platform on ports and in a data directory of its own: the distribution, started as its users start it. */
final class Platform implements AutoCloseable {

    private static final Path HOME = Path.of(System.getProperty("kumiki.home")).toAbsolutePath().normalize();
    private static final Duration TO_START = Duration.ofSeconds(200);
    private static final Duration TO_BUILD = Duration.ofMinutes(8);

    /** The built-in image's name. */
    static final String IMAGE = "kumiki-guest";

    /** Where all platforms of this process keep their images, so that the built-in one is made once; or for several runs, where somebody says so. */
    private static final Path IMAGES = System.getProperty("kumiki.e2e.images") == null ? temporary("kumiki-images-")
            : Path.of(System.getProperty("kumiki.e2e.images"), System.getProperty("kumiki.e2e.fork"));

    private final Path conf;
    private final Path data;
    private final int port;
    private final int consolePort;

    private Platform(Path conf, Path data, int port, int consolePort) {
        this.conf = conf;
        this.data = data;
        this.port = port;
        this.consolePort = consolePort;
    }

    /** An empty data directory, and nothing that runs yet. */
    static Platform prepare() {
        return prepare(HOME.resolve("conf"));
    }

    static Platform prepare(Path conf) {
        return prepare(conf, temporary("kumiki of a test "));
    }

    /** For those few who mind a space in a path. */
    static Platform prepareWithoutSpace() {
        return prepare(HOME.resolve("conf"), temporary("kumiki-of-a-test-"));
    }

    private static Platform prepare(Path conf, Path data) {
        try {
            Platform platform = new Platform(conf, data, freePort(), freePort());
            Files.createDirectories(platform.load());
            platform.load("directory = \"" + IMAGES + "\"\n", "org.kumiki.image.cfg");
            return platform;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not under {@code target/}: a unix socket's path must be short. Nothing minds a space in it. */
    static Path temporary(String prefix) {
        try {
            Path directory = Files.createTempDirectory(prefix);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The distribution that the platform runs. */
    static Path home() {
        return HOME;
    }

    Path data() {
        return data;
    }

    /** Where it keeps what is in its images. */
    Path images() {
        return IMAGES;
    }

    Path load() {
        return data.resolve("load");
    }

    Path log() {
        return data.resolve("log");
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    URI console() {
        return URI.create("http://127.0.0.1:" + consolePort + "/system/console/");
    }

    Platform start() {
        starting().run().text();
        return this;
    }

    Program starting() {
        return kumiki("--port", String.valueOf(port), "--console-port", String.valueOf(consolePort), "start")
                .with(Map.of("KUMIKI_JAVA_OPTS", "-Xmx512m")).within(TO_START);
    }

    /** Starts it for the first time, and waits until there is an image to launch. If that fails, nothing is left. */
    Platform open() {
        try {
            start();
            Await.until("the built-in image", TO_BUILD, () -> ec2("describe-images", "--filters", "Name=name,Values=" + IMAGE, "--query",
                    "Images[0].State").equals("available"));
            return this;
        } catch (AssertionError | RuntimeException e) {
            close();
            throw e;
        }
    }

    void stop() {
        kumiki("stop").run().text();
    }

    /** Ends the control plane without a word to it. */
    void kill() {
        ProcessHandle process = ProcessHandle.of(pid()).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    long pid() {
        try {
            return Long.parseLong(Files.readString(data.resolve("run/kumiki.pid")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isRunning() {
        return Files.exists(data.resolve("run/kumiki.pid")) && ProcessHandle.of(pid()).isPresent();
    }

    /** The one command of the distribution, on this platform. */
    Program kumiki(String... arguments) {
        return Program.of(HOME.resolve("bin/kumiki").toString(), "--conf", conf.toString(), "--data", data.toString()).and(arguments);
    }

    /** {@code kumiki aws ec2 …}, which answers text. */
    String ec2(String... arguments) {
        return kumiki("aws", "--output", "text", "ec2").and(arguments).within(Duration.ofSeconds(120)).run().text();
    }

    /** One line of Gogo, and what it printed. */
    String shell(String line) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(data.resolve("run/shell.sock")));
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
            String[] answer = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8).split("\0");
            if (answer.length != 2 || !answer[1].strip().equals("0")) {
                throw new AssertionError(line + " answered " + String.join(" / ", answer));
            }
            return answer[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves no guest, for whoever comes next. */
    void terminateAll() {
        try (Ec2Client client = client()) {
            List<String> left = List.copyOf(Paper.described(client).keySet());
            if (!left.isEmpty()) {
                client.terminateInstances(request -> request.instanceIds(left));
                Await.until("no instance", Duration.ofSeconds(120), () -> Paper.described(client).isEmpty());
            }
        }
    }

    /** What a client that knows nothing of Kumiki is told by its environment. */
    Map<String, String> environment() {
        return Map.of("AWS_ENDPOINT_URL", endpoint().toString(), "AWS_ACCESS_KEY_ID", accessKey(), "AWS_SECRET_ACCESS_KEY", secretKey(),
                "AWS_DEFAULT_REGION", "us-east-1", "AWS_EC2_METADATA_DISABLED", "true");
    }

    String accessKey() {
        return credential("aws_access_key_id");
    }

    String secretKey() {
        return credential("aws_secret_access_key");
    }

    private String credential(String name) {
        try {
            return Files.readAllLines(data.resolve("credentials")).stream().map(line -> line.split("=", 2))
                    .filter(pair -> pair[0].strip().equals(name)).findFirst().orElseThrow()[1].strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client that tries once, so that no failure is hidden. The caller closes it. */
    Ec2Client client() {
        return client(accessKey(), secretKey());
    }

    Ec2Client client(String key, String secret) {
        return Ec2Client.builder().applyMutation(builder -> settings(builder, key, secret)).build();
    }

    /** The same of S3. */
    S3Client objects() {
        return objects(accessKey(), secretKey());
    }

    S3Client objects(String key, String secret) {
        return S3Client.builder().applyMutation(builder -> settings(builder, key, secret)).build();
    }

    /** Tries everything once, and nothing over a connection that a killed platform has left. */
    AmazonSimpleDBClient tables() {
        return (AmazonSimpleDBClient) AmazonSimpleDBClientBuilder.standard().withEndpointConfiguration(new EndpointConfiguration(endpoint().toString(), "us-east-1"))
                .withCredentials(new AWSStaticCredentialsProvider(new BasicAWSCredentials(accessKey(), secretKey())))
                .withClientConfiguration(new ClientConfiguration().withMaxErrorRetry(0).withValidateAfterInactivityMillis(1)).build();
    }

    /** The same of SQS. */
    SqsClient queues() {
        return queues(accessKey(), secretKey());
    }

    SqsClient queues(String key, String secret) {
        return SqsClient.builder().applyMutation(builder -> settings(builder, key, secret)).build();
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> void settings(B builder, String key, String secret) {
        builder.endpointOverride(endpoint()).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(60)))
                .overrideConfiguration(settings -> settings.retryStrategy(AwsRetryStrategy.doNotRetry()));
    }

    /** Puts a file into {@code load/} in one step, as the documentation tells operators to. */
    void load(Path file, String name) {
        try {
            Path aside = Files.copy(file, data.resolve(name + ".new"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(aside, load().resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void load(String text, String name) {
        try {
            Path aside = Files.writeString(data.resolve(name + ".new"), text);
            Files.move(aside, load().resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void unload(String name) {
        try {
            Files.delete(load().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The jar of one of the distribution's bundles. */
    static Path bundle(String symbolicName) {
        return jar("bundle", symbolicName);
    }

    /** The jar of a bundle that comes with the distribution to be dropped in. */
    static Path extra(String symbolicName) {
        return jar("extra", symbolicName);
    }

    private static Path jar(String folder, String symbolicName) {
        return files(HOME.resolve(folder)).filter(jar -> jar.getFileName().toString().startsWith(symbolicName + "-")).findFirst()
                .orElseThrow(() -> new AssertionError("no " + symbolicName + " in " + HOME.resolve(folder)));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that is in a directory, and itself; what vanishes meanwhile is not. */
    static Stream<Path> files(Path directory) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
                    files.add(entered);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files.add(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path left, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files.stream();
    }

    /** Processes that name the data directory in their command line: the platform's, and its guests'. */
    List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(process -> commandLine(process).contains(data.toString())).toList();
    }

    /** Not {@link ProcessHandle.Info#commandLine()}, which gives up on long ones. */
    static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline")).replace('\0', ' ');
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    /** Stops it, keeps its log for who wants to know, and leaves nothing else behind. */
    @Override
    public void close() {
        if (isRunning()) {
            stop();
        }
        processes().forEach(ProcessHandle::destroyForcibly);
        Path kept = Path.of("target", "platform-logs", data.getFileName().toString());
        try {
            Files.createDirectories(kept);
            for (Path log : files(log()).filter(Files::isRegularFile).toList()) {
                Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        delete(data);
    }

    private static void delete(Path directory) {
        files(directory).sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }

    static int freePort() {
        try {
            return FreePort.choose();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
