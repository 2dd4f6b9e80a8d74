//! How much memory a process takes, by Linux' own count.

/// The lines of /proc/PID/status (proc_pid_status(5)) for what is resident now, and for the most that ever was.
const NOW: &str = "VmRSS:";
const PEAK: &str = "VmHWM:";

/// What is resident now, in KiB. Nothing where the system does not say.
pub fn resident(process: u32) -> Option<u64> {
    line(&status(process)?, NOW)
}

/// The most that was resident, in KiB.
pub fn peak(process: u32) -> Option<u64> {
    line(&status(process)?, PEAK)
}

fn status(process: u32) -> Option<String> {
    std::fs::read_to_string(format!("/proc/{process}/status")).ok()
}

fn line(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_linux_are_read() {
        let status = "Name:\txtask\nVmHWM:\t  204800 kB\nVmRSS:\t    1024 kB\n";
        assert_eq!((line(status, NOW), line(status, PEAK)), (Some(1_024), Some(204_800)));
        assert_eq!(line("Name:\txtask\n", NOW), None);
    }
}
