using Microsoft.Azure.Functions.Worker.EmbeddedHost;
using Microsoft.Azure.Functions.Worker.Extensions.Timer;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the function on a schedule, once for the whole app however many processes it has.</summary>
/// <param name="schedule">Six cron fields (second, minute, hour, day, month, weekday; UTC), five without seconds, or a time span such as 00:00:05.</param>
[AttributeUsage(AttributeTargets.Parameter)]
[TriggerListener("timerTrigger", typeof(TimerListener))]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    public string Schedule { get; } = schedule;

    /// <summary>Remember runs, so that one missed while no process ran is made up for; has no effect on schedules shorter than a minute.</summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Also run when the app starts.</summary>
    public bool RunOnStartup { get; set; }
}

/// <summary>What a timer function is told about its run.</summary>
public class TimerInfo
{
    /// <summary>Null when the schedule is not monitored.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>The run makes up for one that was missed.</summary>
    public bool IsPastDue { get; set; }
}

public class ScheduleStatus
{
    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
