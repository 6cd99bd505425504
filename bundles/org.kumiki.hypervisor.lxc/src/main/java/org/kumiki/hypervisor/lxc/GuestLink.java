package org.kumiki.hypervisor.lxc;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;
import org.kumiki.api.node.NodeProcess;

/**
 * The network of one guest: a namespace that belongs to the host, so that the guest's root can neither change an address nor send what it
 * has made up. In a user network two programs work for it: slirp4netns carries what goes in and out, and a
 * program of ours what the guest asks its metadata service. In a bridged one it has one end of a link, and all the rest is the network's.
 */
final class GuestLink {

    private static final String QUESTIONS = Commands.script("ask.pl", "slirp.pl");
    private static final String ANSWERS = Commands.script("answer.pl", "answerer.pl");
    private static final String CARRIER = "slirp";
    private static final String ANSWERER = "metadata";
    private static final Duration TO_UNMOUNT = Duration.ofSeconds(10);

    private final Node node;
    private final GuestFiles files;

    GuestLink(Node node, GuestFiles files) {
        this.node = node;
        this.files = files;
    }

    /**
     * What {@code guest.pl} is told, which makes it and starts what works for it. It prints what the carrier says of each forward,
     * up to an error.
     */
    List<String> making(NetworkLink link) {
        List<String> words = new ArrayList<>(List.of("resolver=" + resolver(link), "network=" + files.namespaceFile()));
        if (link instanceof NetworkLink.User user) {
            UserLink inside = UserLink.of(user);
            List<String> forwards = inside.additions(List.of());
            words.addAll(inside.words());
            words.addAll(List.of("answerer=" + answererName(), "answerer-files=" + files.program(ANSWERER), "carrier=" + lines(carrying(user)),
                    "carrier-files=" + files.program(CARRIER), "socket=" + files.slirp(),
                    "questions=" + lines(forwards.isEmpty() ? List.of(UserLink.listing()) : forwards))); // any question waits until it is carried
        } else if (link instanceof NetworkLink.Namespace namespace) {
            words.addAll(List.of("device=" + UserLink.DEVICE, "taken=" + namespace.device(), "addresses=" + lines(NamespaceLink.addresses(namespace))));
        }
        return words;
    }

    private static String lines(List<String> words) {
        return String.join("\n", words) + "\n";
    }

    /** Changes it as far as that can be done while the guest runs, and starts again what has ended meanwhile. */
    void update(NetworkLink link) throws IOException, InterruptedException {
        if (!(link instanceof NetworkLink.User user)) {
            return;
        }
        UserLink wanted = UserLink.of(user);
        if (carrier().find().isEmpty()) {
            node.delete(files.slirp());
            carrier().spawn(carrying(user), files.log(CARRIER));
        }
        forward(wanted);
        Commands.run(node, inside(List.of("nft", wanted.rules())));
        if (answerer().find().isEmpty()) {
            answerer().spawn(inside(answering(user)), files.log(ANSWERER));
        }
    }

    private List<String> carrying(NetworkLink.User user) {
        return List.of("slirp4netns", "--netns-type=path", "--cidr=" + user.guestCidr(), "--mtu=" + UserLink.MTU, "--disable-host-loopback",
                "--api-socket", files.slirp().toString(), files.namespaceFile().toString(), UserLink.DEVICE);
    }

    private List<String> answering(NetworkLink.User user) {
        return List.of("perl", "-e", ANSWERS, answererName(), UserLink.METADATA, Integer.toString(UserLink.METADATA_PORT),
                user.metadataSocket().toString());
    }

    private String answererName() {
        return "metadata of " + files.name();
    }

    private List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "--net=" + files.namespaceFile()));
        whole.addAll(command);
        return whole;
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
        List<String> command = new ArrayList<>(List.of("perl", "-e", QUESTIONS, files.slirp().toString()));
        command.addAll(questions);
        List<String> answers = Commands.run(node, command).lines().toList();
        if (answers.size() < questions.size()) {
            throw new IOException("slirp4netns has answered " + answers.size() + " of " + questions.size() + " questions");
        }
        return answers;
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
        if (node.exists(files.namespaceFile())) {
            // The kernel takes a namespace's devices away when it comes to it. Whoever makes this one again needs its name now.
            node.run(inside(List.of("ip", "link", "delete", "dev", UserLink.DEVICE)), TO_UNMOUNT);
            // It may not be mounted yet, and an LXC that has just failed may look at it still.
            node.run(List.of("umount", "--lazy", files.namespaceFile().toString()), TO_UNMOUNT);
            node.delete(files.namespaceFile());
        }
        node.delete(files.slirp());
    }

    private NodeProcess carrier() {
        return NodeProcess.withArgument(node, files.pid(CARRIER), files.namespaceFile().toString());
    }

    private NodeProcess answerer() {
        return NodeProcess.withArgument(node, files.pid(ANSWERER), answererName());
    }
}
