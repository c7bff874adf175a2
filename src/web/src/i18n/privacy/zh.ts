/** What is kept of people and for how long, in plain words; and what was removed. */
export const zh = {
  heading: '隐私：保存什么，保存多久',
  lead: '我们只保存办事需要的内容，能少则少。下面用大白话说明。',
  plain: [
    { heading: '看实时状态', keep: '不用登录，也不记录您是谁。', how: '不保存' },
    { heading: '账户', keep: '用户名、称呼、加密后的密码。', how: '直到您删除账户' },
    { heading: '手机号、身份证号、车牌', keep: '都是选填，加密保存，页面上隐去中间几位，只用于核对身份和办理您自己的事。', how: '直到您移除它，或删除账户' },
    { heading: '登录记录', keep: '何时、用什么浏览器登录过，方便您发现异常。', how: '180 天；已结束的登录 30 天' },
    { heading: '谁看过您的资料', keep: '工作人员每次看到您的资料都会记下，您可以在“我的”里查看。', how: '两年' },
    { heading: '代办', keep: '您同意谁、到哪天为止，最长一年，可随时收回。', how: '结束后随账户记录保存' },
    { heading: '工作记录', keep: '某个编号的账户在何时改了什么，不含姓名和号码。删除账户后，编号无法再认出是谁。', how: '长期' },
  ],
  keeps: '保存', howLong: '多久',
  rightsHeading: '您可以随时', rights: ['看到并修改自己的资料', '查看谁看过它', '导出一份', '删除账户'], toAccount: '去“我的”',
  periodNote: '天数由这台服务器的管理者设定，上面是默认值。',
  report: { heading: '清理情况', lead: '每一类内容的保存期限，以及最近一次清理。', kind: '内容', period: '期限', lastRun: '最近清理', removed: '这次移除', removedInAll: '累计移除', never: '还没有运行过', none: '还没有要清理的内容。' },
  kinds: {
    'sign-ins': '登录记录', 'looks': '谁看过资料的记录', 'ended-sessions': '已结束的登录', 'revoked-keys': '已停用的密钥', 'erased-accounts': '已删除账户的遗留',
  } as Record<string, string>,
  period: (n: number, unit: 'Y' | 'M' | 'D' | 'H') => `${n} ${{ Y: '年', M: '个月', D: '天', H: '小时' }[unit]}`,
}

export type PrivacyWords = typeof zh
