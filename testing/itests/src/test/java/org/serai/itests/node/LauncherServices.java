package org.serai.itests.node;

import java.nio.file.Path;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.serai.launcher.framework.Composition;
import org.serai.launcher.framework.Distribution;
import org.serai.launcher.instance.ConfigFile;
import org.serai.launcher.instance.ConfigStore;
import org.serai.launcher.instance.Instance;

/** Offers the launcher's services from the first bundle on, since Pax Exam starts the framework and not the launcher. */
public final class LauncherServices implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        Instance instance = Instance.at(context.getProperty("serai.instance.dir"));
        Distribution distribution = new Distribution(Path.of(context.getProperty(TestNode.PROJECT)));
        Composition composition = new Composition(instance, distribution);
        ConfigFile file = ConfigFile.read(instance.configuration());
        composition.offerServices(
                context, new ConfigStore(file, composition.features().configurations()));
    }

    @Override
    public void stop(BundleContext context) {
        // the framework takes the services back
    }
}
