package org.kumiki.console;

import java.nio.file.Files;
import java.nio.file.Path;

import org.kumiki.api.command.HostCommand;
import org.kumiki.api.model.HostId;
import org.kumiki.browser.Browser;

/** Makes the picture of the page that the documentation shows. Arguments: the file, and how wide and high. */
final class Picture {

    private Picture() {
    }

    public static void main(String[] arguments) throws Exception {
        FakeDatacenter datacenter = Theatre.lab();
        Theatre theatre = new Theatre(datacenter);
        datacenter.submit(null, new HostCommand.Accept(new HostId("lab-3"), false));
        for (int second = 0; second < 48; second++) {
            theatre.play(1);
        }
        try (RunningConsole console = RunningConsole.start(datacenter, datacenter, 0); Browser browser = new Browser("en")) {
            browser.resize(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            browser.open(console.at("/"));
            browser.run("document.querySelector('[name=kumiki-password]').value = arguments[0]; document.querySelector('form button').click()",
                    console.password());
            browser.await("$('#pulse.live') && $$('.paths g').length > 0");
            browser.await("root.getAnimations().every(one => !(one instanceof CSSTransition))");
            Files.write(Path.of(arguments[0]), browser.screenshot());
        }
    }
}
