namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>k8s.io/api/apps/v1, batch/v1 and policy/v1 generated.proto: kinds beside Deployments and ReplicaSets.</summary>
internal static class WorkloadMessages
{
    public const string Text = """
        StatefulSet
        1 metadata ObjectMeta
        2 spec StatefulSetSpec
        3 status ignored

        StatefulSetSpec
        1 replicas int*
        2 selector LabelSelector
        3 template PodTemplateSpec
        4 volumeClaimTemplates PersistentVolumeClaim[]
        5 serviceName string
        6 podManagementPolicy string
        7 updateStrategy StatefulSetUpdateStrategy
        8 revisionHistoryLimit int*
        9 minReadySeconds int
        10 persistentVolumeClaimRetentionPolicy ClaimRetentionPolicy
        11 ordinals StatefulSetOrdinals

        StatefulSetUpdateStrategy
        1 type string
        2 rollingUpdate RollingUpdateStatefulSet

        RollingUpdateStatefulSet
        1 partition int*
        2 maxUnavailable IntOrString

        ClaimRetentionPolicy
        1 whenDeleted string
        2 whenScaled string

        StatefulSetOrdinals
        1 start int

        DaemonSet
        1 metadata ObjectMeta
        2 spec DaemonSetSpec
        3 status ignored

        DaemonSetSpec
        1 selector LabelSelector
        2 template PodTemplateSpec
        3 updateStrategy DaemonSetUpdateStrategy
        4 minReadySeconds int
        6 revisionHistoryLimit int*

        DaemonSetUpdateStrategy
        1 type string
        2 rollingUpdate RollingUpdateDaemonSet

        RollingUpdateDaemonSet
        1 maxUnavailable IntOrString
        2 maxSurge IntOrString

        ControllerRevision
        1 metadata ObjectMeta
        2 data inline:RevisionData
        3 revision int

        RevisionData
        1 data json

        Job
        1 metadata ObjectMeta
        2 spec JobSpec
        3 status ignored

        JobSpec
        1 parallelism int*
        2 completions int*
        3 activeDeadlineSeconds int*
        4 selector LabelSelector
        5 manualSelector bool*
        6 template PodTemplateSpec
        7 backoffLimit int*
        8 ttlSecondsAfterFinished int*
        9 completionMode string
        10 suspend bool*
        11 podFailurePolicy PodFailurePolicy
        12 backoffLimitPerIndex int*
        13 maxFailedIndexes int*
        14 podReplacementPolicy string
        15 managedBy string
        16 successPolicy SuccessPolicy

        PodFailurePolicy
        1 rules PodFailureRule[]

        PodFailureRule
        1 action string
        2 onExitCodes OnExitCodes
        3 onPodConditions OnPodCondition[]

        OnExitCodes
        1 containerName string
        2 operator string
        3 values int[]

        OnPodCondition
        1 type string
        2 status string

        SuccessPolicy
        1 rules SuccessRule[]

        SuccessRule
        1 succeededIndexes string*
        2 succeededCount int*

        CronJob
        1 metadata ObjectMeta
        2 spec CronJobSpec
        3 status ignored

        CronJobSpec
        1 schedule string
        2 startingDeadlineSeconds int*
        3 concurrencyPolicy string
        4 suspend bool*
        5 jobTemplate JobTemplateSpec
        6 successfulJobsHistoryLimit int*
        7 failedJobsHistoryLimit int*
        8 timeZone string

        JobTemplateSpec
        1 metadata ObjectMeta
        2 spec JobSpec

        PodDisruptionBudget
        1 metadata ObjectMeta
        2 spec PodDisruptionBudgetSpec
        3 status ignored

        PodDisruptionBudgetSpec
        1 minAvailable IntOrString
        2 selector LabelSelector
        3 maxUnavailable IntOrString
        4 unhealthyPodEvictionPolicy string
        """;
}
