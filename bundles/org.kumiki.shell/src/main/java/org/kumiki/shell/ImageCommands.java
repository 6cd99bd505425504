package org.kumiki.shell;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.command.ImageCommand;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator does with images. */
@GogoCommand(scope = "kumiki", function = { "images", "image" })
@Component(service = ImageCommands.class)
public class ImageCommands {

    private static final Pattern URL = Pattern.compile("(?i)(https?|file):.*");

    private final Operator operator;

    @Activate
    public ImageCommands(@Reference Operator operator) {
        this.operator = operator;
    }

    @Descriptor("lists the images of all accounts")
    public List<Image> images() {
        return new Listing<>(operator.inventory().images().stream().toList())
                .column("IMAGE", Image::id)
                .column("NAME", Image::name)
                .column("STATE", i -> Text.lowerCase(i.state()))
                .column("FORMAT", i -> Text.lowerCase(i.format()))
                .column("ARCHITECTURE", Image::architecture)
                .column("DISK", i -> Text.size(i.sizeMiB()))
                .column("SHARED", i -> i.shared() ? "yes" : "no")
                .column("AGE", i -> Text.age(i.created(), operator.now()))
                .column("REASON", Image::reason);
    }

    @Descriptor("add FILE|URL makes an image of a disk; share, unshare and remove IMAGE do what they say")
    public Object image(CommandSession session,
            @Descriptor("name; that of the file, if you do not say") @Parameter(names = "--name", absentValue = "") String name,
            @Descriptor("qcow2, raw, vmdk, vdi, vhdx or vhd; never guessed from what is in the file") @Parameter(names = "--format",
                    absentValue = "") String format,
            @Descriptor("checksum, in hexadecimal") @Parameter(names = "--sha256", absentValue = "") String sha256,
            @Descriptor("for people") @Parameter(names = "--description", absentValue = "") String description,
            @Descriptor("of the machine it is for") @Parameter(names = "--architecture", absentValue = "x86_64") String architecture,
            @Descriptor("add, share, unshare or remove") String verb, @Descriptor("a file, a URL, or an image") String what) {
        return switch (verb) {
            case "add" -> {
                URI source = source(session.currentDir(), what);
                String file = source.getPath() == null ? what : source.getPath().substring(source.getPath().lastIndexOf('/') + 1);
                Image image = operator.submit(new ImageCommand.Register(name.isEmpty() ? file : name, description, architecture, source,
                        format(format, file), Optional.of(sha256.toLowerCase(Locale.ROOT)).filter(sum -> !sum.isEmpty()), Map.of()));
                yield image.id() + " is " + Text.lowerCase(image.state()) + "; images shows how it goes";
            }
            case "share", "unshare" -> {
                Image image = operator.submit(new ImageCommand.Share(id(what), verb.equals("share")));
                yield image.id() + (image.shared() ? " is for every account" : " is for its account alone");
            }
            case "remove" -> operator.submit(new ImageCommand.Deregister(id(what))).id() + " is gone";
            default -> throw new CommandFailedException("image " + Text.line(verb) + "? there are image add, share, unshare and remove");
        };
    }

    private ImageId id(String word) {
        return Finder.image(operator.inventory(), word).id();
    }

    static URI source(Path directory, String word) {
        if (URL.matcher(word).matches()) {
            try {
                return URI.create(word);
            } catch (IllegalArgumentException e) {
                throw new CommandFailedException("\"" + Text.line(word) + "\" is not a URL; is a character in it that must be encoded?", e);
            }
        }
        Path file = directory.resolve(word).normalize().toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new CommandFailedException("there is no file " + Text.line(file) + " where the platform runs");
        }
        return file.toUri();
    }

    /** What the owner declares, or the name of the file does; the bytes have no say. */
    static Image.Format format(String declared, String file) {
        String word = declared.isEmpty() ? file.substring(file.lastIndexOf('.') + 1) : declared;
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "qcow2" -> Image.Format.QCOW2;
            case "raw" -> Image.Format.RAW;
            case "vmdk" -> Image.Format.VMDK;
            case "vdi" -> Image.Format.VDI;
            case "vhdx" -> Image.Format.VHDX;
            case "vhd" -> Image.Format.VHD;
            default -> throw new CommandFailedException("which format? say --format qcow2, raw, vmdk, vdi, vhdx or vhd");
        };
    }
}
