package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;

/**
 * The network of one guest: a namespace that belongs to the host, so that the guest's root can neither change an address nor send what it
 * has made up. In a user network two programs work for it: slirp4netns carries what goes in and out, socat what the guest asks its metadata
 * service. In a bridged one it has one end of a link, and all the rest is the network's.
 */
final class GuestLink {

    private static final String QUESTIONS = Commands.script("slirp.pl");
    private static final String TO_LISTEN_SECONDS = "20";
    private static final Duration TO_LET_GO = Duration.ofSeconds(10);
    /** Of a guest that asks for its metadata as fast as it can. */
    private static final int MOST_QUESTIONS = 16;

    private final Node node;
    private final GuestFiles files;

    GuestLink(Node node, GuestFiles files) {
        this.node = node;
        this.files = files;
    }

    /** Makes it, whatever is left of an older one. */
    void open(NetworkLink link) throws IOException, InterruptedException {
        close();
        Commands.run(node, List.of("ip", "netns", "add", files.namespace()));
        if (link instanceof NetworkLink.User user) {
            open(UserLink.of(user), user);
        } else if (link instanceof NetworkLink.None) {
            Commands.run(node, List.of("ip", "-n", files.namespace(), "link", "set", "lo", "up"));
        } else if (link instanceof NetworkLink.Namespace namespace) {
            Commands.run(node, NamespaceLink.move(namespace, files.namespace()));
            address(NamespaceLink.addresses(namespace));
        }
    }

    private void open(UserLink link, NetworkLink.User user) throws IOException, InterruptedException {
        carry(user);
        forward(link);
        address(link.addresses());
        inside("nft", link.rules());
        answer(user);
    }

    private void address(List<String> addresses) throws IOException {
        node.write(files.network(), (String.join("\n", addresses) + "\n").getBytes(UTF_8));
        Commands.run(node, List.of("ip", "-n", files.namespace(), "-batch", files.network().toString()));
        // As on a machine of its own, its root may take any port, and anybody may ask whether somebody is there.
        inside("sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=0", "net.ipv4.ping_group_range=0 2147483647");
    }

    /** Changes it as far as that can be done while the guest runs, and starts again what has ended meanwhile. */
    void update(NetworkLink link) throws IOException, InterruptedException {
        if (!(link instanceof NetworkLink.User user)) {
            return;
        }
        UserLink wanted = UserLink.of(user);
        if (carrier().find().isEmpty()) { // it took the device with it
            carry(user);
            forward(wanted);
            Commands.run(node, List.of("ip", "-n", files.namespace(), "-force", "-batch", files.network().toString()));
        } else {
            forward(wanted);
        }
        inside("nft", wanted.rules());
        if (answerer().find().isEmpty()) {
            answer(user);
        }
    }

    private void carry(NetworkLink.User user) throws IOException {
        node.delete(files.slirp());
        carrier().spawn(List.of("slirp4netns", "--netns-type=path", "--cidr=" + user.guestCidr(), "--mtu=" + UserLink.MTU, "--disable-host-loopback",
                "--api-socket", files.slirp().toString(), files.namespaceFile().toString(), UserLink.DEVICE), files.log("slirp"));
    }

    private void forward(UserLink link) throws IOException {
        List<UserLink.Present> present = UserLink.present(ask(List.of(UserLink.listing())).get(0));
        List<String> changes = new ArrayList<>(link.removals(present));
        changes.addAll(link.additions(present));
        if (!changes.isEmpty()) {
            ask(changes).forEach(UserLink::parse);
        }
    }

    private List<String> ask(List<String> questions) throws IOException {
        List<String> command = new ArrayList<>(List.of("perl", "-e", QUESTIONS, files.slirp().toString(), TO_LISTEN_SECONDS));
        command.addAll(questions);
        List<String> answers = Commands.run(node, command).lines().toList();
        if (answers.size() < questions.size()) {
            throw new IOException("slirp4netns has answered " + answers.size() + " of " + questions.size() + " questions");
        }
        return answers;
    }

    private void answer(NetworkLink.User user) throws IOException {
        answerer().spawn(List.of("nsenter", "--net=" + files.namespaceFile(), "socat", "-lf/dev/null", "-lp" + files.namespace(),
                "TCP-LISTEN:" + UserLink.METADATA_PORT + ",bind=" + UserLink.METADATA + ",fork,reuseaddr,max-children=" + MOST_QUESTIONS,
                "UNIX-CONNECT:" + word(user.metadataSocket())), files.log("metadata"));
    }

    /** As a word of socat's, in which a backslash takes the meaning from what follows. */
    static String word(Path path) {
        return path.toString().replaceAll("([^A-Za-z0-9/._-])", "\\\\$1");
    }

    private void inside(String... command) throws IOException {
        List<String> whole = new ArrayList<>(List.of("nsenter", "--net=" + files.namespaceFile()));
        whole.addAll(List.of(command));
        Commands.run(node, whole);
    }

    /** What names the servers that the guest may ask. */
    static String resolver(NetworkLink link) {
        if (link instanceof NetworkLink.User user) {
            return "nameserver " + UserLink.of(user).nameServer() + "\n";
        }
        return link instanceof NetworkLink.Namespace namespace ? namespace.nameServer().map(server -> "nameserver " + server + "\n").orElse("") : "";
    }

    void close() throws IOException, InterruptedException {
        answerer().end();
        carrier().end();
        if (Files.exists(node, files.namespaceFile())) {
            // The kernel takes a namespace's devices away when it comes to it. Whoever makes this one again needs its name now.
            node.run(List.of("ip", "-n", files.namespace(), "link", "delete", "dev", UserLink.DEVICE), TO_LET_GO);
            Commands.run(node, List.of("ip", "netns", "delete", files.namespace()));
        }
    }

    private Helper carrier() {
        return new Helper(node, files.pid("slirp"), files.namespaceFile().toString());
    }

    private Helper answerer() {
        return new Helper(node, files.pid("metadata"), "-lp" + files.namespace());
    }
}
