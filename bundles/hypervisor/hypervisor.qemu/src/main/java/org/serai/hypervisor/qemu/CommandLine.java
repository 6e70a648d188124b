package org.serai.hypervisor.qemu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineSpec.IscsiDisk;

/**
 * The arguments that make a machine. Ids and bus addresses are fixed, since QEMU accepts a state only for the same
 * ones. Files of this start are named relative to the machine's directory, in which the process runs.
 */
final class CommandLine {
    /** The file that gets everything written to the first serial port. */
    static final String CONSOLE = "console.log";

    /** The name under which the kernel shows the file that is the guest's memory. */
    static final String MEMORY_FILE = "memory-backend-memfd";

    private static final String MEMORY = "ram";
    private static final String ADAPTER = "vscsi0";
    private static final String ADAPTER_BUS = "pcie.0";
    private static final String ADAPTER_ADDRESS = "0x4";
    private static final ObjectMapper JSON = new ObjectMapper();

    private CommandLine() {}

    /** The file that holds the CHAP secret of a disk until QEMU has read it. */
    static String secretFile(IscsiDisk disk) {
        return "chap-" + disk.slot() + ".secret";
    }

    static List<String> of(QemuHost host, MachineSpec spec, boolean incoming) {
        List<String> line = new ArrayList<>(spec.guarded());
        line.add(host.binary());
        add(line, "-name", "guest=" + escaped(spec.name()));
        add(line, "-uuid", spec.id().toString());
        // Without the description that QEMU appends for people the last byte of a state counts: a state that is cut
        // short by any byte is refused.
        add(
                line,
                "-machine",
                host.machine() + ",accel=" + host.accelerator() + ",suppress-vmdesc=on,memory-backend=" + MEMORY);
        add(line, "-cpu", host.cpu());
        add(line, "-smp", Integer.toString(spec.cpus()));
        String memory = "size=" + spec.memoryBytes() / 1024 + "k";
        // A file that only this process has and that ends with it, so that the memory can be read and written while the
        // machine is paused; shared is what makes QEMU leave it out of its own stream.
        add(line, "-object", MEMORY_FILE + ",id=" + MEMORY + "," + memory + ",share=on");
        add(line, "-m", memory);
        line.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-S"));
        add(line, "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
        add(line, "-chardev", "stdio,id=qmp,signal=off");
        add(line, "-mon", "chardev=qmp,mode=control");
        add(line, "-chardev", "file,id=console,path=" + CONSOLE + ",append=on");
        add(line, "-serial", "chardev:console");
        add(line, "-kernel", spec.kernel().toAbsolutePath().toString());
        add(line, "-initrd", spec.initrd().toAbsolutePath().toString());
        add(line, "-append", spec.append());
        add(line, "-device", "virtio-scsi-pci,id=" + ADAPTER + ",bus=" + ADAPTER_BUS + ",addr=" + ADAPTER_ADDRESS);
        spec.disks().forEach(disk -> addDisk(line, disk));
        if (incoming) {
            add(line, "-incoming", "defer");
        }
        return line;
    }

    private static void addDisk(List<String> line, IscsiDisk disk) {
        String secret = "chap" + disk.slot();
        add(line, "-object", "secret,id=" + secret + ",file=" + secretFile(disk));
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("driver", "iscsi");
        node.put("node-name", node(disk));
        node.put("transport", "tcp");
        node.put("portal", disk.portal());
        node.put("target", disk.target());
        node.put("lun", disk.lun());
        node.put("initiator-name", disk.initiator());
        node.put("user", disk.chapUser());
        node.put("password-secret", secret);
        node.put("cache", Map.of("direct", true));
        add(line, "-blockdev", json(node));
        add(
                line,
                "-device",
                "scsi-block,id=" + device(disk) + ",bus=" + ADAPTER + ".0,channel=0,scsi-id=" + disk.slot()
                        + ",lun=0,drive=" + node(disk));
    }

    /** The devices as they must be equal where the state is restored. */
    static SortedMap<String, String> devices(MachineSpec spec) {
        SortedMap<String, String> devices = new TreeMap<>();
        devices.put("device." + ADAPTER, "virtio-scsi-pci " + ADAPTER_BUS + " " + ADAPTER_ADDRESS);
        devices.put("device.serial0", "isa-serial");
        for (IscsiDisk disk : spec.disks()) {
            devices.put("device." + device(disk), "scsi-block " + ADAPTER + ".0 0:" + disk.slot() + ":0");
        }
        return devices;
    }

    private static String node(IscsiDisk disk) {
        return "lu" + disk.slot();
    }

    private static String device(IscsiDisk disk) {
        return "disk" + disk.slot();
    }

    private static void add(List<String> line, String option, String value) {
        line.add(option);
        line.add(value);
    }

    /** In QEMU's option syntax a comma is written twice. */
    private static String escaped(String value) {
        return value.replace(",", ",,");
    }

    private static String json(Map<String, Object> node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings is always JSON", e);
        }
    }
}
